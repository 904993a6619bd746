import { beforeAll, describe, expect, it, jest } from '@jest/globals';
import { createEmptyDatabase } from '../support/database.js';
import { switchDefaults } from './default-switches.js';
import { ensureBuilt } from './server-process.js';

jest.setTimeout(300_000); // servers are built and started

describe('default switches of four processes on one database', () => {
  beforeAll(ensureBuilt);

  it('all succeed, and there are never two defaults', async () => {
    const database = await createEmptyDatabase();
    try {
      const report = await switchDefaults({ databaseUrl: database.url, processes: 4, switches: 300, inFlight: 8 });
      expect(report.refused).toEqual({});
      expect(report.samples).toBeGreaterThan(10);
      expect(report.mostDefaults).toBe(1);
      expect(report.defaultsAtTheEnd).toBeLessThanOrEqual(1);
    } finally {
      await database.drop();
    }
  });
});
