import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from '@jest/globals';
import { ExactLength } from './exact-length.js';

const of = (content: string) => Readable.from([Buffer.from(content)]);

describe('ExactLength', () => {
  it('passes what has the promised length', async () => {
    expect(await text(new ExactLength(5).follow(of('hello')))).toBe('hello');
  });

  it.each([4, 6])('breaks when %i bytes were promised of 5', async (expected) => {
    await expect(text(new ExactLength(expected).follow(of('hello')))).rejects.toThrow('bytes than the document has');
  });

  it('breaks with its source, and its source with it', async () => {
    const source = new Readable({ read: () => undefined });
    const stream = new ExactLength(5).follow(source);
    source.destroy(Object.assign(new Error('cut'), { code: 'ECONNRESET' }));
    await expect(text(stream)).rejects.toMatchObject({ definition: { code: 'connection_failed' } });

    const left = new Readable({ read: () => undefined });
    new ExactLength(5)
      .follow(left)
      .on('error', () => undefined)
      .destroy();
    await new Promise((resolve) => left.once('close', resolve));
    expect(left.destroyed).toBe(true);
  });
});
