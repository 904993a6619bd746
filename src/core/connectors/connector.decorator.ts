import { DiscoveryService } from '@nestjs/core';

/** What a provider class says of itself. */
export interface ConnectorMetadata {
  /** Key of the category, e.g. `storage`; a category module must have declared it. */
  readonly category: string;
  /** `^[a-z][a-z0-9_]{0,63}$`, unique within the category. */
  readonly providerType: string;
  readonly displayName: string;
  /** One sentence for the catalog. */
  readonly description?: string;
  /** Where an administrator reads how to get the credentials. */
  readonly docsUrl?: string;
  /** `false` when the service cannot be tried without posting; its test then answers `not_testable`. */
  readonly testable?: boolean;
}

/** Marks a {@link ConnectorProvider} class: it is discovered at boot and registered. Nothing else names a provider. */
export const Connector = DiscoveryService.createDecorator<ConnectorMetadata>();
