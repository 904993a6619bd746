import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ConnectorRegistry } from '../../src/core/connectors/index.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { projectFiles, providerFolders, read } from './source-tree.js';

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

  it('show their logo to everybody, where they have one, and it can do nothing', async () => {
    const admin = await app.setUp();
    const types = (await admin.get('/api/connectors/types')).body as Record<
      'category' | 'provider_type' | 'logo_url',
      string
    >[];
    const drawn = projectFiles('src/foundation').filter((path) => path.endsWith('/logo.svg'));
    const served: string[] = [];
    for (const { category, provider_type, logo_url } of types.filter((type) => type.logo_url !== null)) {
      const file = `src/foundation/${category}/connectors/${provider_type.replaceAll('_', '-')}/logo.svg`;
      const answer = await fetch(`${app.url}${logo_url}`);
      expect(answer.headers.get('content-type')).toBe('image/svg+xml; charset=utf-8');
      expect(answer.headers.get('content-security-policy')).toMatch(/^default-src 'none';.* sandbox$/);
      expect(await answer.text()).toBe(read(file));
      served.push(file);
    }
    expect(served.length).toBeGreaterThan(5);
    expect(served.sort()).toEqual(drawn.sort());
  });
});
