import { Injectable } from '@nestjs/common';
import { ConnectorRegistry, type ConfigSchema } from '../../core/connectors/index.js';
import type { ConnectorParam } from './connector-param.entity.js';
import type { Connector } from './connector.entity.js';
import type { LoadedConnector } from './connector-store.js';
import type { ConnectorParamResponse } from './dto/connector-param.response.js';
import type { ConnectorProviderResponse, ConnectorResponse } from './dto/connector.response.js';
import { ParamVault } from './param-vault.js';
import { isSecretParam } from './secret-rules.js';

/** Turns records into what clients see. Secret values are not even decrypted here; a damaged value shows as none. */
@Injectable()
export class ConnectorPresenter {
  constructor(
    private readonly registry: ConnectorRegistry,
    private readonly vault: ParamVault,
  ) {}

  /** Schema of a record's provider; `null` when it is not available. */
  schemaOf(connector: Pick<Connector, 'category' | 'providerType'>): ConfigSchema | null {
    const { category, providerType } = connector;
    return this.registry.isRegistered(category, providerType)
      ? this.registry.get(category, providerType).provider.configSchema
      : null;
  }

  async present({ connector, params }: LoadedConnector): Promise<ConnectorResponse> {
    const schema = this.schemaOf(connector);
    return {
      id: connector.id,
      name: connector.name,
      category: connector.category,
      provider_type: connector.providerType,
      organization_id: connector.organizationId,
      is_enabled: connector.isEnabled,
      is_default: connector.isDefault,
      is_routing: connector.isRouting,
      status: connector.status,
      status_message: connector.statusMessage,
      last_tested_at: connector.lastTestedAt?.toISOString() ?? null,
      param_ids: await Promise.all(params.map((param) => this.presentParam(schema, param))),
      has_legacy_config: connector.config !== null,
      provider: this.presentProvider(connector),
      version: connector.version,
      created_at: connector.createdAt.toISOString(),
      updated_at: connector.updatedAt.toISOString(),
    };
  }

  async presentParam(schema: ConfigSchema | null, param: ConnectorParam): Promise<ConnectorParamResponse> {
    const isSecret = isSecretParam(schema, { ...param, storedIsSecret: param.isSecret });
    return {
      id: param.id,
      key: param.key,
      ...(!isSecret && { value: await this.vault.openIfReadable(param) }),
      value_type: param.valueType,
      file_id: param.fileId,
      sequence: param.sequence,
      is_secret: isSecret,
      is_set: param.isSet,
      updated_at: param.updatedAt.toISOString(),
    };
  }

  private presentProvider({ category, providerType }: Connector): ConnectorProviderResponse {
    if (!this.registry.isRegistered(category, providerType)) {
      return { display_name: providerType, available: false, logo_url: null };
    }
    const { metadata, logo } = this.registry.get(category, providerType);
    return {
      display_name: metadata.displayName,
      available: true,
      logo_url: logo === null ? null : logoUrl(category, providerType),
    };
  }
}

/** Public path of a provider's logo. */
export function logoUrl(category: string, providerType: string): string {
  return `/api/connectors/types/${category}/${providerType}/logo`;
}
