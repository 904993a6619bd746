import { Injectable } from '@nestjs/common';
import type {
  AccessTokenSource,
  ConnectionContext,
  ConnectorProvider,
  OAuthDefinition,
  TokenGrant,
} from '../../../core/connectors/index.js';
import {
  clientOf,
  lookupIn,
  MemoryTokenSource,
  noTokens,
  REFRESH_GRANT,
  refreshGrant,
  refreshTokenOf,
  TokenClient,
} from '../../../core/oauth/index.js';
import type { Connector } from '../connector.entity.js';
import type { LoadedConnector } from '../connector-store.js';
import { tokenKey } from './connector-token.store.js';
import { ConsentGrants } from './consent-grants.js';
import type { RecordGrant } from './record-grant.js';
import { RecordTokens } from './record-tokens.js';
import { isSameConsent, RefreshCredentialsStore } from './refresh-credentials.js';

const GRANT_NAME = /^[a-z_]{1,32}$/;
type Config = Readonly<Record<string, unknown>>;

/** A saved connector, or a draft with the saved connector that it borrows from. */
export type TokenOwner = { readonly connector: Connector } | { readonly base: LoadedConnector | null };

/** Makes what the framework lends a connection: sources of access tokens. Stateless. */
@Injectable()
export class ConnectionContexts {
  constructor(
    private readonly recordTokens: RecordTokens,
    private readonly consents: ConsentGrants,
    private readonly credentials: RefreshCredentialsStore,
    private readonly tokens: TokenClient,
  ) {}

  /** @param config checked, defaults applied. */
  async of(owner: TokenOwner, provider: ConnectorProvider, config: Config): Promise<ConnectionContext> {
    return 'connector' in owner ? this.ofRecord(owner.connector, provider) : this.ofDraft(provider, config, owner.base);
  }

  /** For a saved connector: tokens are kept, and renewed for all its connections together. */
  ofRecord(connector: Connector, { oauth }: ConnectorProvider): ConnectionContext {
    return {
      accessTokens: oauth ? this.recordTokens.sourceOf(this.consents.of(connector, oauth)) : noTokens,
      tokensOf: (grant) => this.recordTokens.sourceOf(ownGrant(connector, grant)),
    };
  }

  /**
   * For a draft under test: tokens live as long as its connection. Where the draft is the consent of a saved connector,
   * that one's tokens are used: a refresh past its lease would spend a refresh token that rotates.
   * @param base the connector that the draft borrows from.
   */
  private async ofDraft(
    { oauth }: ConnectorProvider,
    config: Config,
    base: LoadedConnector | null,
  ): Promise<ConnectionContext> {
    return {
      accessTokens: oauth ? await this.draftTokens(oauth, config, base) : noTokens,
      tokensOf: (grant) => new MemoryTokenSource((_last, signal) => grant.request(signal)),
    };
  }

  private async draftTokens(
    definition: OAuthDefinition,
    config: Config,
    base: LoadedConnector | null,
  ): Promise<AccessTokenSource> {
    if (base !== null && (await this.isConsentOf(base, definition, config))) {
      return this.recordTokens.sourceOf(this.consents.of(base.connector, definition));
    }
    return new MemoryTokenSource(async (last, signal) => {
      const lookup = lookupIn(config);
      const refreshToken = last?.refreshToken ?? refreshTokenOf(definition, lookup);
      return refreshGrant(this.tokens, definition, { client: clientOf(definition, lookup), refreshToken }).request(
        signal,
      );
    });
  }

  private async isConsentOf(base: LoadedConnector, definition: OAuthDefinition, config: Config): Promise<boolean> {
    const lookup = lookupIn(config);
    try {
      const draft = { client: clientOf(definition, lookup), refreshToken: refreshTokenOf(definition, lookup) };
      return isSameConsent(draft, await this.credentials.read(base, definition));
    } catch {
      return false; // one of the two is incomplete or unreadable
    }
  }
}

/** A grant of the provider's own, with the credentials of the config that its connection was made from. */
function ownGrant(connector: Connector, grant: TokenGrant): RecordGrant {
  if (!GRANT_NAME.test(grant.name) || grant.name === REFRESH_GRANT) {
    throw new Error(`A grant cannot be named ${JSON.stringify(grant.name)}`);
  }
  const { configVersion } = connector;
  return {
    key: tokenKey(connector, grant.name),
    configVersion,
    load: () =>
      Promise.resolve({
        request: () => grant.request(new AbortController().signal),
        prepare: () => Promise.resolve(),
        settle: () => Promise.resolve(configVersion),
        lose: () => Promise.resolve(true),
      }),
  };
}
