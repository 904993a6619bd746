import { describe, expect, it } from '@jest/globals';
import { TooManyRequestsError } from '../../../core/errors/index.js';
import { TurnQueue } from './turn-queue.js';

function gate(): { readonly opened: Promise<void>; open(): void } {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { opened, open: () => open() };
}

describe('TurnQueue', () => {
  it('lets callers of one key go one after the other, in order, and others at once', async () => {
    const queue = new TurnQueue(10);
    const order: string[] = [];
    const first = gate();
    const turns = [
      queue.run('a', async () => {
        await first.opened;
        order.push('a1');
      }),
      queue.run('a', () => Promise.resolve(order.push('a2'))),
    ];
    await queue.run('b', () => Promise.resolve(order.push('b')));
    first.open();
    await Promise.all(turns);
    expect(order).toEqual(['b', 'a1', 'a2']);
  });

  it('goes on after a failed turn', async () => {
    const queue = new TurnQueue(10);
    const failed = queue.run('a', () => Promise.reject(new Error('wrong')));
    const next = queue.run('a', () => Promise.resolve('right'));
    await expect(failed).rejects.toThrow('wrong');
    expect(await next).toBe('right');
  });

  it('refuses who comes when it is full, and takes callers again when there is room', async () => {
    const queue = new TurnQueue(2);
    const held = gate();
    const inside = [queue.run('a', () => held.opened), queue.run('b', () => held.opened)];
    await expect(queue.run('c', () => Promise.resolve())).rejects.toThrow(TooManyRequestsError);
    held.open();
    await Promise.all(inside);
    expect(await queue.run('c', () => Promise.resolve('in'))).toBe('in');
  });
});
