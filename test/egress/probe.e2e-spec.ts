import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ConnectionTest } from '../../src/core/connectors/index.js';
import type { SocketTarget } from '../../src/core/egress/index.js';
import { ScriptedResolver, egressFor } from '../support/egress.js';
import { Listener } from '../support/peers/listener.js';

describe('a probe', () => {
  let listener: Listener;
  const resolver = new ScriptedResolver().answer('peer.test', ['127.0.0.1']).answer('gone.test', []);
  const { egress } = egressFor({ resolver, allow: ['peer.test', 'gone.test', '127.0.0.1'] });

  beforeEach(async () => {
    listener = await Listener.tcp((socket) => socket.resume());
  });
  afterEach(() => listener.stop());

  async function stepsOf(target: string | SocketTarget): Promise<object[]> {
    const test = new ConnectionTest(new AbortController().signal);
    await egress.probe(target, test).catch(() => undefined);
    return test.steps.map(({ name, ok }) => ({ [name]: ok }));
  }

  it('reports the steps that apply, and hangs up', async () => {
    const { port } = listener;
    expect(await stepsOf(`http://peer.test:${port}/`)).toEqual([
      { egress: true },
      { resolve: true },
      { connect: true },
    ]);
    expect(await stepsOf({ host: '127.0.0.1', port })).toEqual([{ egress: true }, { connect: true }]);
    expect(listener.accepted).toBe(2);
    await listener.idle();
  });

  it('stops at the step that fails', async () => {
    const { port } = listener;
    await listener.stop();
    expect(await stepsOf('http://gone.test/')).toEqual([{ egress: true }, { resolve: false }]);
    expect(await stepsOf(`http://peer.test:${port}/`)).toEqual([
      { egress: true },
      { resolve: true },
      { connect: false },
    ]);
    expect(await stepsOf('http://10.0.0.1/')).toEqual([{ egress: false }]);
    expect(await stepsOf('ftp://peer.test/')).toEqual([{ egress: false }]);
    listener = await Listener.tcp((socket) => socket.resume());
  });

  it('ends with the time of its test', async () => {
    const controller = new AbortController();
    controller.abort(new Error('time is up'));
    await expect(
      egress.probe(`http://peer.test:${listener.port}/`, new ConnectionTest(controller.signal)),
    ).rejects.toThrow();
    expect(listener.accepted).toBe(0);
  });
});
