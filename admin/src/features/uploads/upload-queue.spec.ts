import { describe, expect, it } from '@jest/globals';
import { MAX_AT_ONCE, UploadQueue } from './upload-queue';

interface Sending {
  readonly name: string;
  readonly organizationId: string | null;
  readonly signal: AbortSignal;
  readonly progress: (sent: number) => void;
  readonly end: () => void;
  readonly fail: (reason: Error) => void;
}

/** A queue with a line whose other end the test holds. */
function onLine() {
  const sending: Sending[] = [];
  const queue = new UploadQueue(
    (file, { organizationId, signal, onProgress }) =>
      new Promise<void>((end, fail) => {
        const progress = (sent: number) => onProgress(sent, file.size);
        sending.push({ name: file.name, organizationId, signal, progress, end, fail });
        signal.addEventListener('abort', () => fail(signal.reason as Error));
      }),
  );
  const names = () => sending.map(({ name }) => name);
  const states = () => queue.list().map(({ file, state }) => `${file.name} ${state}`);
  const settled = () => new Promise((resolve) => setTimeout(resolve));
  return { queue, sending, names, states, settled };
}

const files = (...names: string[]) => names.map((name) => new File(['content'], name));

describe('the queue of uploads', () => {
  it('sends so many at once, the next when one is through, each to the organization it was dropped in', async () => {
    const { queue, sending, names, states, settled } = onLine();
    queue.add(files('a', 'b', 'c'), 'acme');
    queue.add(files('d'), 'globex');
    expect(names()).toEqual(['a', 'b']);
    expect(states()).toEqual(['a running', 'b running', 'c waiting', 'd waiting']);
    sending[1]?.end();
    await settled();
    expect(names()).toEqual(['a', 'b', 'c']);
    sending[0]?.end();
    sending[2]?.end();
    await settled();
    expect(sending.map(({ organizationId }) => organizationId)).toEqual(['acme', 'acme', 'acme', 'globex']);
    expect(queue.isBusy()).toBe(true);
    sending[3]?.end();
    await settled();
    expect([queue.list(), queue.isBusy(), queue.stored()]).toEqual([[], false, 4]);
    queue.add(files('e'), 'acme');
    expect(queue.stored()).toBe(0);
  });

  it('tells progress, and its list is the same until something changes', () => {
    const { queue, sending } = onLine();
    let told = 0;
    const end = queue.subscribe(() => (told += 1));
    queue.add(files('a'), null);
    const before = queue.list();
    expect(queue.list()).toBe(before);
    sending[0]?.progress(3);
    expect(queue.list().map(({ sent }) => sent)).toEqual([3]);
    const heard = told;
    end();
    sending[0]?.progress(4);
    expect(told).toBe(heard);
  });

  it('ends what is cancelled, which makes room, and never begins what is cancelled while it waits', async () => {
    const { queue, sending, names, states, settled } = onLine();
    queue.add(files('a', 'b', 'c', 'd'), null);
    const [a, , c] = queue.list();
    queue.remove(c?.id ?? 0);
    queue.remove(a?.id ?? 0);
    await settled();
    expect(sending[0]?.signal.aborted).toBe(true);
    expect(names()).toEqual(['a', 'b', 'd']);
    expect(states()).toEqual(['b running', 'd running']);
    queue.clear();
    await settled();
    expect(sending.map(({ signal }) => signal.aborted)).toEqual([true, true, true]);
    expect([queue.list(), queue.stored()]).toEqual([[], 0]);
  });

  it('counts none of what was stored before all was given up', async () => {
    const { queue, sending, settled } = onLine();
    queue.add(files('a', 'b'), null);
    sending[0]?.end();
    await settled();
    expect(queue.stored()).toBe(1);
    queue.clear();
    expect(queue.stored()).toBe(0);
  });

  it('keeps what failed with its reason until it is tried again or dismissed', async () => {
    const { queue, sending, states, settled } = onLine();
    queue.add(files('a', 'b'), 'acme');
    sending[0]?.fail(new Error('The bucket is gone'));
    sending[1]?.fail(new Error('The bucket is gone'));
    await settled();
    expect(states()).toEqual(['a failed', 'b failed']);
    expect(queue.isBusy()).toBe(false);
    const [a, b] = queue.list();
    expect(a?.error).toEqual(new Error('The bucket is gone'));
    queue.retry(a?.id ?? 0);
    queue.remove(b?.id ?? 0);
    expect(states()).toEqual(['a running']);
    expect(sending[2]?.organizationId).toBe('acme');
    sending[2]?.end();
    await settled();
    expect(queue.stored()).toBe(1);
  });

  it('has room for more than one', () => {
    expect(MAX_AT_ONCE).toBeGreaterThan(1);
  });
});
