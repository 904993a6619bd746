import { Readable } from 'node:stream';
import { ConnectionFailedError } from '../../src/core/connectors/index.js';
import { DocumentSource } from '../../src/core/ports/index.js';
import type { TestApp } from '../support/app.js';

/** Counts the bytes that are read of documents from now on. */
export function countReads(app: TestApp): { readonly bytes: number } {
  const counted = { bytes: 0 };
  wrapReads(app, async function* (content) {
    for await (const chunk of content) {
      counted.bytes += chunk.length;
      yield chunk;
    }
  });
  return counted;
}

/** Lets the storage break off in the middle of the next reads, so many times. */
export function breakReads(app: TestApp, times: number): void {
  let left = times;
  wrapReads(app, async function* (content) {
    const isBroken = (left -= 1) >= 0;
    let chunks = 0;
    for await (const chunk of content) {
      if (isBroken && (chunks += 1) > 1) throw new ConnectionFailedError('The storage broke off');
      yield chunk;
    }
  });
}

/** Waits until a figure no longer changes. */
export async function standstill(figure: () => number): Promise<void> {
  for (let last = figure(), same = 0; same < 20;) {
    await new Promise((resolve) => setTimeout(resolve, 10));
    same = figure() === last ? same + 1 : 0;
    last = figure();
  }
}

function wrapReads(app: TestApp, wrap: (content: AsyncIterable<Buffer>) => AsyncGenerator<Buffer>): void {
  const source = app.get(DocumentSource);
  const open = source.open.bind(source);
  source.open = async (...args) => {
    const content = await open(...args);
    return content && Readable.from(wrap(content as AsyncIterable<Buffer>), { objectMode: false });
  };
}
