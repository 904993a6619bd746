import { afterEach, describe, expect, it } from '@jest/globals';
import { Injectable, Module, Scope, type OnModuleInit, type Provider } from '@nestjs/common';
import { Test, type TestingModule } from '@nestjs/testing';
import { field, type ConfigSchema } from './config-field.js';
import type { ConnectorConnection } from './connector-connection.js';
import { ConnectorKernelModule } from './connector-kernel.module.js';
import { ConnectorProvider } from './connector-provider.js';
import { ConnectorRegistry } from './connector-registry.js';
import { Connector } from './connector.decorator.js';

const METADATA = { category: 'storage', providerType: 'fake', displayName: 'Fake' };

@Injectable()
class Clock {}

abstract class FakeProvider extends ConnectorProvider {
  readonly configSchema: ConfigSchema = [field.text('bucket', 'Bucket')];
  fromConfig(): ConnectorConnection {
    throw new Error('not used');
  }
}

@Connector(METADATA)
class SoundProvider extends FakeProvider {
  constructor(readonly clock: Clock) {
    super();
  }
}

@Connector(METADATA)
class TwinProvider extends FakeProvider {}

@Connector({ ...METADATA, providerType: 'other' })
class NotAProvider {}

@Injectable({ scope: Scope.REQUEST })
class PerRequest {}

@Connector(METADATA)
class ScopedProvider extends FakeProvider {
  constructor(readonly perRequest: PerRequest) {
    super();
  }
}

@Connector(METADATA)
class BrokenProvider extends FakeProvider {
  override readonly configSchema = [field.text('bucket', '')];
}

@Connector({ ...METADATA, category: 'fax' })
class StrayProvider extends FakeProvider {}

let booted: TestingModule | undefined;
afterEach(() => booted?.close());

async function boot(...providers: Provider[]): Promise<ConnectorRegistry> {
  @Module({ imports: [ConnectorKernelModule], providers: [...providers] })
  class StorageModule implements OnModuleInit {
    /** What the registry held when an importing module started. */
    static seen: string[] = [];
    constructor(private readonly registry: ConnectorRegistry) {}
    onModuleInit(): void {
      StorageModule.seen = this.registry.listForCategory('storage').map(({ metadata }) => metadata.providerType);
      this.registry.declareCategory({ key: 'storage', displayName: 'Storage', description: 'Keeps documents' });
    }
  }
  booted = await Test.createTestingModule({ imports: [StorageModule] }).compile();
  await booted.init();
  expect(StorageModule.seen).toEqual(['fake']);
  return booted.get(ConnectorRegistry);
}

describe('ConnectorDiscovery', () => {
  it('registers a decorated class with its injected dependencies, before importing modules start', async () => {
    const registry = await boot(Clock, SoundProvider);
    const { provider, metadata, logo } = registry.get('storage', 'fake');
    expect(provider).toBeInstanceOf(SoundProvider);
    expect((provider as SoundProvider).clock).toBeInstanceOf(Clock);
    expect({ metadata, logo }).toEqual({ metadata: METADATA, logo: null });
  });

  it.each<[string, Provider[], string]>([
    [
      'a decorated class that is no provider',
      [NotAProvider],
      'NotAProvider is decorated with @Connector but does not extend',
    ],
    [
      'a provider that depends on the request',
      [PerRequest, ScopedProvider],
      'ScopedProvider is decorated with @Connector but is not a singleton',
    ],
    ['a broken schema', [BrokenProvider], 'Config schema of BrokenProvider is broken: field bucket: has no label'],
    [
      'two providers of one type',
      [Clock, SoundProvider, TwinProvider],
      'Provider storage/fake is registered twice: by ',
    ],
    [
      'a provider of a category that nobody declares',
      [Clock, SoundProvider, StrayProvider],
      'Provider fake names category fax',
    ],
  ])('stops the boot at %s', async (_, providers, message) => {
    await expect(boot(...providers)).rejects.toThrow(message);
  });
});
