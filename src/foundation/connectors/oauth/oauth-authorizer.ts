import { Injectable } from '@nestjs/common';
import type { Scope } from '../../../core/access/index.js';
import { ConnectorNotSupportedError, ConnectorRegistry, type OAuthDefinition } from '../../../core/connectors/index.js';
import { EndpointOverrides } from '../../../core/egress/index.js';
import {
  authorizationUrlOf,
  clientOf,
  formatState,
  lookupIn,
  newCodeVerifier,
  newNonce,
} from '../../../core/oauth/index.js';
import { AuditLog } from '../../../core/ports/index.js';
import { ConfigAssembler } from '../config-assembler.js';
import { ConnectorStore } from '../connector-store.js';
import type { Connector } from '../connector.entity.js';
import { ProviderUnavailableError } from '../connectors.errors.js';
import { callbackUrl } from './callback-url.js';
import { OAuthStateStore } from './oauth-state.store.js';

/** Where to send the browser, and what it comes back with. */
export interface StartedConsent {
  readonly authorizationUrl: string;
  readonly state: string;
  readonly redirectUri: string;
  readonly expiresAt: Date;
}

/** Starts consents. */
@Injectable()
export class OAuthAuthorizer {
  constructor(
    private readonly registry: ConnectorRegistry,
    private readonly store: ConnectorStore,
    private readonly assembler: ConfigAssembler,
    private readonly states: OAuthStateStore,
    private readonly overrides: EndpointOverrides,
    private readonly audit: AuditLog,
  ) {}

  /**
   * Issues a nonce, good for one callback of the same user and session within ten minutes.
   * @param origin under which the browser sees this server.
   * @throws RecordNotFoundError, ProviderUnavailableError, ConnectorNotSupportedError when the provider has no OAuth,
   *   ConnectorConfigError when client id or secret are missing.
   */
  async start(scope: Scope, id: string, origin: string): Promise<StartedConsent> {
    const connector = await this.store.find(scope, id);
    scope.requireAdmin(connector.organizationId);
    const definition = this.definitionOf(connector);
    const { clientId } = await this.clientOf(connector, definition);
    const redirectUri = callbackUrl(origin, connector.providerType);
    const [nonce, codeVerifier] = [newNonce(), newCodeVerifier(definition)];
    const state = formatState({ connectorId: id, nonce });
    const expiresAt = await this.states.issue(scope, { connector, nonce, redirectUri, codeVerifier }, (tx) =>
      this.audit.write(tx, scope, {
        organizationId: connector.organizationId,
        action: 'connector.oauth_started',
        recordType: 'ir.connector',
        recordId: id,
      }),
    );
    const page = this.overrides.apply(definition.authorizationUrl);
    const authorizationUrl = await authorizationUrlOf(definition, page, { clientId, redirectUri, state, codeVerifier });
    return { authorizationUrl, state, redirectUri, expiresAt };
  }

  private definitionOf({ category, providerType }: Connector): OAuthDefinition {
    if (!this.registry.isRegistered(category, providerType)) throw new ProviderUnavailableError();
    const { oauth } = this.registry.get(category, providerType).provider;
    if (!oauth) throw new ConnectorNotSupportedError('The provider does not sign in with OAuth');
    return oauth;
  }

  private async clientOf(connector: Connector, definition: OAuthDefinition) {
    const { provider } = this.registry.get(connector.category, connector.providerType);
    const { config } = await this.assembler.assemble(await this.store.withParams(connector), provider.configSchema);
    return clientOf(definition, lookupIn(config));
  }
}
