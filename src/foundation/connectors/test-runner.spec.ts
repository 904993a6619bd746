import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { ConnectorRegistry, type ConnectorConnection, type ConnectorProvider } from '../../core/connectors/index.js';
import type { ConnectionContexts } from './oauth/connection-contexts.js';
import { TestRunner } from './test-runner.js';

afterEach(() => {
  jest.restoreAllMocks();
});

describe('TestRunner', () => {
  it('does not wait for a provider when the time was up before that was asked', async () => {
    const time = new AbortController();
    jest.spyOn(AbortSignal, 'timeout').mockReturnValue(time.signal);
    const connection: ConnectorConnection = { testConnection: () => new Promise<never>(() => undefined) };
    const provider = {
      configSchema: [],
      fromConfig: () => {
        time.abort(new Error('the time is up'));
        return connection;
      },
    } as unknown as ConnectorProvider;
    const registry = new ConnectorRegistry();
    registry.register({ category: 'storage', providerType: 'slow', displayName: 'Slow' }, provider);
    const contexts = { of: () => Promise.resolve({}) } as unknown as ConnectionContexts;
    const report = await new TestRunner(registry, contexts).run(
      {
        category: 'storage',
        providerType: 'slow',
        readConfig: () => Promise.resolve({ config: {}, secretValues: [] }),
        owner: { base: null },
      },
      { isDeep: false, send: null },
    );
    expect(report).toMatchObject({ outcome: 'failed', message: 'The service did not answer within 10 seconds' });
  }, 5_000);
});
