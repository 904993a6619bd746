import type { ConnectorCategory } from '../../core/connectors/index.js';

/** Where documents are kept. */
export const STORAGE_CATEGORY: ConnectorCategory = {
  key: 'storage',
  displayName: 'Storage',
  description: 'Keeps documents in a bucket, a drive or on a file server.',
  builtIn: {
    name: 'Local filesystem',
    description: 'Keeps documents in the data folder of this server.',
    isAvailable: true,
  },
};
