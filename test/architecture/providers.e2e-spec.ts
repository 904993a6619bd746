import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ConnectorRegistry } from '../../src/core/connectors/index.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { providerFolders } from './source-tree.js';

describe('provider folders', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startTestApp();
  });
  afterAll(() => app.close());

  it('are exactly what is registered: the folder is the provider type, in its category', () => {
    const registry = app.get(ConnectorRegistry);
    const registered = registry
      .categories()
      .flatMap(({ key }) => registry.listForCategory(key))
      .map(
        ({ metadata }) =>
          `src/foundation/${metadata.category}/connectors/${metadata.providerType.replaceAll('_', '-')}`,
      );
    expect(registered.length).toBeGreaterThan(0);
    expect(registered.sort()).toEqual(providerFolders());
  });

  it('are what the catalog offers', async () => {
    const admin = await app.setUp();
    const { body } = await admin.get('/api/connectors/types');
    expect(body).toHaveLength(providerFolders().length);
  });
});
