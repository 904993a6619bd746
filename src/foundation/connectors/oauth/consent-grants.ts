import { Injectable } from '@nestjs/common';
import { Scope } from '../../../core/access/index.js';
import { ConnectionFailedError, type IssuedTokens, type OAuthDefinition } from '../../../core/connectors/index.js';
import { REFRESH_GRANT, refreshGrant, TokenClient, type RefreshCredentials } from '../../../core/oauth/index.js';
import { TransactionRunner, type TransactionContext } from '../../../persistence/index.js';
import { ConnectorJournal } from '../connector-journal.js';
import { ConnectorStore, type LoadedConnector } from '../connector-store.js';
import type { Connector } from '../connector.entity.js';
import { ParamVault } from '../param-vault.js';
import { tokenKey } from './connector-token.store.js';
import type { LoadedGrant, RecordGrant } from './record-grant.js';
import { isSameConsent, RefreshCredentialsStore } from './refresh-credentials.js';

const MAX_MESSAGE = 512;

/** The grant that an administrator's consent gave a saved connector. */
@Injectable()
export class ConsentGrants {
  constructor(
    private readonly store: ConnectorStore,
    private readonly vault: ParamVault,
    private readonly credentials: RefreshCredentialsStore,
    private readonly tokens: TokenClient,
    private readonly transactions: TransactionRunner,
    private readonly journal: ConnectorJournal,
  ) {}

  of(connector: Connector, definition: OAuthDefinition): RecordGrant {
    const { id, organizationId } = connector;
    return {
      key: tokenKey(connector, REFRESH_GRANT),
      configVersion: null,
      load: async () => {
        const present = await this.store.findInOrganization(organizationId, id);
        if (!present) throw new ConnectionFailedError('The connector no longer exists');
        const used = await this.credentials.read(await this.store.withParams(present), definition);
        return this.loaded(present, definition, used);
      },
    };
  }

  private loaded(connector: Connector, definition: OAuthDefinition, used: RefreshCredentials): LoadedGrant {
    const { id } = connector;
    const grant = refreshGrant(this.tokens, definition, used);
    const prepare = async () => this.vault.warm(connector, await this.store.valueHeaders(id));
    return {
      request: () => grant.request(new AbortController().signal),
      prepare,
      settle: async (tx, issued) => {
        const present = await this.lockSame(tx, id, definition, used);
        if (present === null) return null;
        if (isRotated(used, issued)) await this.rotate(tx, present, definition, issued.refreshToken);
        return present.connector.configVersion;
      },
      lose: async (error) => {
        await prepare();
        return this.transactions.run(async (tx) => {
          const present = await this.lockSame(tx, id, definition, used);
          if (present !== null && used.refreshToken !== null) await this.markLost(tx, present.connector, error.message);
          return present !== null;
        });
      },
    };
  }

  /** The locked connector, when its credentials are still those that were used. */
  private async lockSame(
    tx: TransactionContext,
    id: string,
    definition: OAuthDefinition,
    used: RefreshCredentials,
  ): Promise<LoadedConnector | null> {
    const present = await this.store.withParams(await this.store.lock(tx, id), tx.manager);
    return isSameConsent(used, await this.credentials.read(present, definition)) ? present : null;
  }

  private async rotate(
    tx: TransactionContext,
    present: LoadedConnector,
    definition: OAuthDefinition,
    refreshToken: string,
  ): Promise<void> {
    await this.credentials.rotate(tx, present, definition, refreshToken);
    await this.journal.record(tx, Scope.system(), present.connector, { action: 'connector.refresh_token_rotated' });
  }

  private async markLost(tx: TransactionContext, connector: Connector, message: string): Promise<void> {
    const statusMessage = message.slice(0, MAX_MESSAGE);
    if (connector.status === 'error' && connector.statusMessage === statusMessage) return;
    connector.status = 'error';
    connector.statusMessage = statusMessage;
    await tx.manager.save(connector);
    // Nobody asked for it: the server found out while it used the connector.
    await this.journal.record(tx, Scope.system(), connector, {
      action: 'connector.consent_lost',
      event: 'ir.connector.updated',
      changedKeys: ['status', 'status_message'],
    });
  }
}

function isRotated(used: RefreshCredentials, issued: IssuedTokens): issued is IssuedTokens & { refreshToken: string } {
  return issued.refreshToken !== null && issued.refreshToken !== used.refreshToken;
}
