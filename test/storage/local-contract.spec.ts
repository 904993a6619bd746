import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import type { Settings } from '../../src/core/config/index.js';
import { LocalStorageBackend } from '../../src/foundation/storage/local/local-storage.backend.js';
import { describeStorageBackend } from '../contracts/storage-backend.js';

// Much is written to disk, also by others at the same time.
jest.setTimeout(300_000);

describeStorageBackend('built-in filesystem', async () => {
  const home = await mkdtemp(join(tmpdir(), 'ede-local-'));
  return {
    backend: new LocalStorageBackend({ dataDir: home } as Settings),
    traces: async () => {
      const entries = await readdir(home, { recursive: true, withFileTypes: true });
      return entries.filter((entry) => entry.isFile()).map(({ name }) => name);
    },
    close: () => rm(home, { recursive: true, force: true }),
  };
});
