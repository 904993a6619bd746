import { describe, expect, it } from '@jest/globals';
import { SystemLookup } from './system-lookup.js';

const never = new AbortController().signal;

/** A system that answers when it is told to. */
class ScriptedSystem {
  readonly asked: string[] = [];
  private readonly answers = new Map<string, (address: string | Error) => void>();

  readonly lookup = (hostname: string): Promise<{ address: string; family: number }[]> => {
    this.asked.push(hostname);
    return new Promise((resolve, reject) => {
      this.answers.set(hostname, (answer) => {
        if (answer instanceof Error) reject(answer);
        else resolve([{ address: answer, family: 4 }]);
      });
    });
  };

  answer(hostname: string, address: string | Error): void {
    this.answers.get(hostname)?.(address);
  }
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('the system look-up', () => {
  it('asks once for all who want the same name', async () => {
    const system = new ScriptedSystem();
    const lookup = new SystemLookup(system.lookup);
    const both = Promise.all([lookup.find('printer', never), lookup.find('printer', never)]);
    system.answer('printer', '10.0.0.7');
    expect(await both).toEqual(Array(2).fill([{ address: '10.0.0.7', family: 4 }]));
    expect(system.asked).toEqual(['printer']);
  });

  it('runs two at once, also when nobody waits for them any more, and then the next in order', async () => {
    const system = new ScriptedSystem();
    const lookup = new SystemLookup(system.lookup);
    const left = new AbortController();
    const [a, b] = [lookup.find('a', never), lookup.find('b', left.signal)];
    const [c, d] = [lookup.find('c', never), lookup.find('d', never)];
    left.abort(new Error('enough'));
    await settled();
    expect(system.asked).toEqual(['a', 'b']);

    system.answer('b', new Error('servfail'));
    await expect(b).rejects.toThrow('servfail');
    await settled();
    expect(system.asked).toEqual(['a', 'b', 'c']);

    system.answer('a', '10.0.0.1');
    system.answer('c', Object.assign(new Error(), { code: 'ENOTFOUND' }));
    await settled();
    system.answer('d', '10.0.0.4');
    expect([await a, await c, await d]).toEqual([
      [{ address: '10.0.0.1', family: 4 }],
      [],
      [{ address: '10.0.0.4', family: 4 }],
    ]);
  });

  it('lets go who gives up while he waits for his turn, and never asks for him', async () => {
    const system = new ScriptedSystem();
    const lookup = new SystemLookup(system.lookup);
    const running = ['a', 'b'].map((name) => lookup.find(name, never));
    const waits = new AbortController();
    const third = lookup.find('c', waits.signal);
    waits.abort(new Error('enough'));
    await expect(third).rejects.toThrow('enough');
    system.answer('a', '10.0.0.1');
    system.answer('b', '10.0.0.2');
    await Promise.all(running);
    await settled();
    expect(system.asked).toEqual(['a', 'b']);
  });
});
