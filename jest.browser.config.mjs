import base from './jest.config.mjs';

/** Specs in a real browser (Debian's Chromium) on the built UI: run by `npm run test:browser`. */
export default {
  ...base,
  roots: ['<rootDir>/test/browser'],
  testMatch: ['**/*.browser-spec.ts'],
  testTimeout: 120_000,
  maxWorkers: 2,
};
