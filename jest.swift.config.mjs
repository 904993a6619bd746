import base from './jest.config.mjs';

/** Specs that need Debian's OpenStack Swift: run by `npm run test:swift`, never silently left out of `npm test`. */
const { globalSetup: _database, globalTeardown: _end, ...shared } = base;

export default {
  ...shared,
  roots: ['<rootDir>/test/storage-providers'],
  testMatch: ['**/*.swift-spec.ts'],
  testTimeout: 120_000,
};
