import { Injectable } from '@nestjs/common';
import type { ConnectorCategory } from './connector-category.js';
import type { ConnectorMetadata } from './connector.decorator.js';
import type { ConnectorProvider } from './connector-provider.js';
import { ConnectorNotFoundError } from './errors.js';

/** A provider with what its decorator says. */
export interface RegisteredProvider {
  readonly metadata: ConnectorMetadata;
  readonly provider: ConnectorProvider;
  /** SVG of the provider's folder, when it has one. */
  readonly logo: string | null;
}

const KEY = /^[a-z][a-z0-9_]{0,63}$/;

/** Maps `(category, provider_type)` to its provider. Filled at boot, read-only afterwards. */
@Injectable()
export class ConnectorRegistry {
  private readonly categoriesByKey = new Map<string, ConnectorCategory>();
  private readonly byCategory = new Map<string, Map<string, RegisteredProvider>>();

  /** @throws Error when the key is malformed or taken; the boot stops. */
  declareCategory(category: ConnectorCategory): void {
    if (!KEY.test(category.key))
      throw new Error(`Category key ${JSON.stringify(category.key)} must match ${KEY.source}`);
    if (this.categoriesByKey.has(category.key)) throw new Error(`Category ${category.key} is declared twice`);
    this.categoriesByKey.set(category.key, category);
  }

  /** @throws Error when the provider type is malformed or taken; the boot stops. */
  register(metadata: ConnectorMetadata, provider: ConnectorProvider, logo: string | null = null): void {
    const { category, providerType } = metadata;
    if (!KEY.test(providerType))
      throw new Error(`Provider type ${JSON.stringify(providerType)} must match ${KEY.source}`);
    const providers = this.byCategory.get(category) ?? new Map<string, RegisteredProvider>();
    const taken = providers.get(providerType);
    if (taken) {
      throw new Error(
        `Provider ${category}/${providerType} is registered twice: by ${taken.provider.constructor.name} and ${provider.constructor.name}`,
      );
    }
    providers.set(providerType, { metadata, provider, logo });
    this.byCategory.set(category, providers);
  }

  /** @throws ConnectorNotFoundError when nothing is registered under the pair. */
  get(category: string, providerType: string): RegisteredProvider {
    const found = this.byCategory.get(category)?.get(providerType);
    if (!found) throw new ConnectorNotFoundError(category, providerType);
    return found;
  }

  isRegistered(category: string, providerType: string): boolean {
    return this.byCategory.get(category)?.has(providerType) ?? false;
  }

  /** Providers of one category by display name; empty for an unknown one. */
  listForCategory(category: string): RegisteredProvider[] {
    return [...(this.byCategory.get(category)?.values() ?? [])].sort((a, b) =>
      a.metadata.displayName.localeCompare(b.metadata.displayName, 'en'),
    );
  }

  /** @throws Error when a provider names a category that no module declares; the boot stops. */
  assertCategoriesDeclared(): void {
    for (const [category, providers] of this.byCategory) {
      if (this.isCategory(category)) continue;
      throw new Error(
        `Provider ${[...providers.keys()].join(', ')} names category ${category}, which no active module declares`,
      );
    }
  }

  isCategory(key: string): boolean {
    return this.categoriesByKey.has(key);
  }

  /** Categories by display name: the order of declaration hangs on how long modules take to start. */
  categories(): ConnectorCategory[] {
    return [...this.categoriesByKey.values()].sort((a, b) => a.displayName.localeCompare(b.displayName, 'en'));
  }
}
