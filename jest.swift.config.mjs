import base from './jest.config.mjs';

/** Specs that need Debian's OpenStack Swift: run by `npm run test:swift`, never silently left out of `npm test`. */
export default {
  ...base,
  roots: ['<rootDir>/test/storage-providers'],
  testMatch: ['**/*.swift-spec.ts'],
  testTimeout: 120_000,
  // They need no database.
  globalSetup: null,
  globalTeardown: null,
};
