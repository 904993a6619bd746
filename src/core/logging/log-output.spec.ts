import { describe, expect, it } from '@jest/globals';
import { Writable } from 'node:stream';
import { LogOutput } from './log-output.js';

/** A stream whose reader takes a chunk only when told. */
function reader() {
  const read: string[] = [];
  const waiting: ((error?: Error) => void)[] = [];
  const stream = new Writable({
    highWaterMark: 10,
    decodeStrings: false,
    write(chunk: string, _encoding, done) {
      waiting.push((error) => {
        if (!error) read.push(chunk);
        done(error);
      });
    },
    destroy: (_error, done) => done(null),
  });
  const settled = () => new Promise((resolve) => setImmediate(resolve));
  const takeAll = async (error?: Error) => {
    await settled();
    while (waiting.length > 0) {
      waiting.shift()?.(error);
      await settled();
    }
  };
  return { stream, read, takeAll };
}

describe('the log of a reader that sleeps', () => {
  it('keeps the lines that have room, drops the rest, and says how many once all is read', async () => {
    const { stream, read, takeAll } = reader();
    const output = new LogOutput(stream, 30);
    output.whenDropped((dropped) => output.write(`dropped ${dropped}\n`));
    for (let line = 0; line < 10; line += 1) output.write(`line ${line}...\n`);
    expect(stream.writableLength).toBeLessThanOrEqual(30);
    await takeAll();
    expect(read.filter((line) => line !== '')).toEqual(['line 0...\n', 'line 1...\n', 'line 2...\n', 'dropped 7\n']);
    output.write('later\n');
    await takeAll();
    expect(read.at(-1)).toBe('later\n');
  });

  it('is not waited for beyond the limit, and is left at once when nothing waits', async () => {
    const { stream, takeAll } = reader();
    const output = new LogOutput(stream);
    await output.flush(60_000);
    output.write('line\n');
    await output.flush(10);
    const flushed = output.flush(60_000);
    await takeAll();
    await flushed;
  });
});

it('a log that cannot be written ends nothing', async () => {
  const { stream, takeAll } = reader();
  const output = new LogOutput(stream);
  output.write('line\n');
  await takeAll(new Error('EPIPE'));
  output.write('line\n');
  await takeAll();
});
