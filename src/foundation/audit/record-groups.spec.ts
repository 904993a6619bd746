import { describe, expect, it } from '@jest/globals';
import { RecordGroups } from './record-groups.js';

/** A writer whose goes end when the spec says so. */
class Writer {
  readonly goes: { readonly items: readonly string[]; readonly end: (error?: Error) => void }[] = [];
  readonly groups = new RecordGroups<string>(
    (items) =>
      new Promise((resolve, reject) => {
        this.goes.push({ items, end: (error) => (error ? reject(error) : resolve()) });
      }),
    3,
  );

  get written(): (readonly string[])[] {
    return this.goes.map(({ items }) => [...items]);
  }
}

const settle = () => new Promise(setImmediate);

describe('rows without a change of their own', () => {
  it('go in one go when they come together, and those that come meanwhile in the next', async () => {
    const writer = new Writer();
    const first = [writer.groups.add('a', '1'), writer.groups.add('a', '2')];
    await settle();
    const second = [writer.groups.add('a', '3'), writer.groups.add('a', '4')];
    await settle();
    expect(writer.written).toEqual([['1', '2']]);
    writer.goes[0]?.end();
    await Promise.all(first);
    await settle();
    expect(writer.written).toEqual([
      ['1', '2'],
      ['3', '4'],
    ]);
    writer.goes[1]?.end();
    await Promise.all(second);
    const third = writer.groups.add('a', '5');
    await settle();
    writer.goes[2]?.end();
    await third;
    expect(writer.written.at(-1)).toEqual(['5']);
  });

  it('go in several goes, in the order in which they came, when they are many', async () => {
    const writer = new Writer();
    const all = ['1', '2', '3', '4', '5', '6', '7', '8'].map((item) => writer.groups.add('a', item));
    for (let go = 0; go < 3; go += 1) {
      await settle();
      expect(writer.goes).toHaveLength(go + 1);
      writer.goes[go]?.end(go === 1 ? new Error('lost') : undefined);
    }
    expect(writer.written).toEqual([
      ['1', '2', '3'],
      ['4', '5', '6'],
      ['7', '8'],
    ]);
    const outcomes = await Promise.allSettled(all);
    expect(outcomes.map(({ status }) => status === 'fulfilled')).toEqual([1, 1, 1, 0, 0, 0, 1, 1].map(Boolean));
  });

  it('of one lane do not wait for another lane', async () => {
    const writer = new Writer();
    void writer.groups.add('a', '1');
    void writer.groups.add('b', '2');
    await settle();
    expect(writer.written).toEqual([['1'], ['2']]);
  });

  it('fail together with their group, and only with theirs', async () => {
    const writer = new Writer();
    const outcomes = [writer.groups.add('a', '1'), writer.groups.add('a', '2')];
    await settle();
    const next = writer.groups.add('a', '3');
    writer.goes[0]?.end(new Error('lost'));
    for (const outcome of outcomes) await expect(outcome).rejects.toThrow('lost');
    await settle();
    writer.goes[1]?.end();
    await expect(next).resolves.toBeUndefined();
  });
});
