import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Settings } from '../../src/core/config/index.js';
import { LocalStorageBackend } from '../../src/foundation/storage/local/local-storage.backend.js';

let home: string;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'ede-local-'));
});
afterAll(() => rm(home, { recursive: true, force: true }));

it('A put that is aborted leaves no file, at whatever point of its beginning', async () => {
  const backend = new LocalStorageBackend({ dataDir: home } as Settings);
  const never = new AbortController().signal;
  for (let turns = 0; turns < 100; turns += 1) {
    const controller = new AbortController();
    const body = Readable.from([Buffer.alloc(10)]);
    const put = backend.put(`k${turns}`, body, { contentType: 'text/plain', signal: controller.signal });
    const outcome = put.then(
      () => backend.delete(`k${turns}`, { signal: never }),
      () => undefined,
    );
    for (let passed = 0; passed < turns % 25; passed += 1) await turn();
    controller.abort(new Error('no longer wanted'));
    await outcome;
  }
  const left = await readdir(home, { recursive: true, withFileTypes: true });
  expect(left.filter((entry) => entry.isFile()).map(({ name }) => name)).toEqual([]);
});
