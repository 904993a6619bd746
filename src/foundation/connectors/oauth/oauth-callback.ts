import { Injectable } from '@nestjs/common';
import type { Scope } from '../../../core/access/index.js';
import { ConnectorRegistry, type ConnectorProvider, type OAuthDefinition } from '../../../core/connectors/index.js';
import { DomainError, RecordNotFoundError, TooManyRequestsError } from '../../../core/errors/index.js';
import { parseState, type AuthorizationCode } from '../../../core/oauth/index.js';
import { AuditLog } from '../../../core/ports/index.js';
import { ConfigAssembler } from '../config-assembler.js';
import { ConnectorStore, type LoadedConnector } from '../connector-store.js';
import { ConnectorTester } from '../connector-tester.js';
import { isSuccess } from '../test-runner.js';
import { CodeExchanger } from './code-exchanger.js';
import { ConsentFailure, type ConsentFailureReason } from './consent-failure.js';
import { ConsentWriter } from './consent-writer.js';
import { OAuthStateInvalidError } from './oauth.errors.js';
import { OAuthStateStore, type ConsumedState } from './oauth-state.store.js';

/** The query of a callback, unread: anything may stand in it. */
export type CallbackQuery = Readonly<Record<string, unknown>>;

/** How a consent ended. */
export interface ConsentOutcome {
  readonly connectorId: string;
  /** `null` when the tokens are stored. */
  readonly failure: ConsentFailureReason | null;
  /** The test that follows stored tokens. */
  readonly test: { readonly isSuccess: boolean; readonly message: string } | null;
}

const MAX_CODE = 4096;

/** Finishes consents: checks the state, exchanges the code, stores the tokens, tests the connection. */
@Injectable()
export class OAuthCallback {
  constructor(
    private readonly registry: ConnectorRegistry,
    private readonly store: ConnectorStore,
    private readonly assembler: ConfigAssembler,
    private readonly states: OAuthStateStore,
    private readonly exchanger: CodeExchanger,
    private readonly writer: ConsentWriter,
    private readonly tester: ConnectorTester,
    private readonly audit: AuditLog,
  ) {}

  /**
   * What goes wrong after the state was good is an outcome, and leaves the stored tokens alone.
   * @param providerType as the path says.
   * @throws OAuthStateInvalidError before any call to the other side; ForbiddenError for who is no admin any more.
   */
  async finish(scope: Scope, providerType: string, query: CallbackQuery): Promise<ConsentOutcome> {
    const { state, loaded } = await this.claim(scope, providerType, query);
    const { id: connectorId, organizationId } = loaded.connector;
    try {
      await this.exchangeAndStore(scope, loaded, state, query);
    } catch (error) {
      if (error instanceof RecordNotFoundError) throw new OAuthStateInvalidError();
      if (!(error instanceof ConsentFailure)) throw error;
      await this.audit.record(scope, {
        organizationId,
        action: 'connector.oauth_failed',
        result: 'failure',
        recordType: 'ir.connector',
        recordId: connectorId,
        facts: { reason: error.reason },
      });
      return { connectorId, failure: error.reason, test: null };
    }
    return { connectorId, failure: null, test: await this.test(scope, connectorId) };
  }

  /** Uses the state up, and finds what it was issued for. */
  private async claim(scope: Scope, providerType: string, query: CallbackQuery) {
    const given = parseState(query['state']);
    const state = given && (await this.states.consume(scope, given.nonce, providerType));
    const connector =
      state?.connectorId === given?.connectorId && state
        ? await this.store.findInOrganization(state.organizationId, state.connectorId)
        : null;
    if (!state || !connector || !scope.canReach(connector.organizationId)) {
      await this.audit.record(scope, {
        organizationId: scope.organizationId,
        action: 'connector.oauth_refused',
        result: 'denied',
      });
      throw new OAuthStateInvalidError();
    }
    scope.requireAdmin(connector.organizationId);
    return { state, loaded: await this.store.withParams(connector) };
  }

  private async exchangeAndStore(
    scope: Scope,
    loaded: LoadedConnector,
    state: ConsumedState,
    query: CallbackQuery,
  ): Promise<void> {
    const { category, providerType } = loaded.connector;
    if (!this.registry.isRegistered(category, providerType)) throw new ConsentFailure('exchange_failed');
    const { provider } = this.registry.get(category, providerType);
    const definition = provider.oauth;
    if (!definition) throw new ConsentFailure('exchange_failed');
    const { redirectUri, codeVerifier } = state;
    const grant = { code: readCode(query, definition), redirectUri, codeVerifier };
    // Whoever consented saw another client, or meant another target: the code is not for what is stored now.
    if (state.configVersion !== loaded.connector.configVersion) throw new ConsentFailure('config_changed');
    const tokens = await this.exchange(provider, loaded, grant);
    await this.writer.write(scope, { loaded, schema: provider.configSchema, definition }, tokens);
  }

  private async exchange(provider: ConnectorProvider, loaded: LoadedConnector, grant: AuthorizationCode) {
    const assembled = await this.assembler.assemble(loaded, provider.configSchema).catch((error: unknown) => {
      throw isUnreadable(error) ? new ConsentFailure('exchange_failed') : error;
    });
    return this.exchanger.exchange(provider, assembled.config, grant);
  }

  /** The tokens are stored: a test that cannot run now must not look like a failed consent. */
  private async test(scope: Scope, id: string): Promise<NonNullable<ConsentOutcome['test']>> {
    try {
      const { report } = await this.tester.test(scope, id, { isDeep: false, send: null });
      return { isSuccess: isSuccess(report), message: report.message };
    } catch (error) {
      if (!(error instanceof TooManyRequestsError || error instanceof RecordNotFoundError)) throw error;
      return { isSuccess: false, message: error.message };
    }
  }
}

/** A config that cannot be assembled: a damaged value, a file that is gone. */
function isUnreadable(error: unknown): boolean {
  return error instanceof DomainError && ['conflict', 'refused'].includes(error.definition.kind);
}

/** @throws ConsentFailure when the query holds no code to exchange. */
function readCode({ error, code, iss }: CallbackQuery, definition: OAuthDefinition): string {
  requireIssuer(iss, definition);
  if (error !== undefined) throw new ConsentFailure(error === 'access_denied' ? 'access_denied' : 'provider_error');
  const isCode = typeof code === 'string' && code !== '' && code.length <= MAX_CODE;
  if (!isCode) throw new ConsentFailure('code_missing');
  return code;
}

function requireIssuer(iss: unknown, { issuer, isIssuerSent = false }: OAuthDefinition): void {
  if (issuer === undefined || (iss === undefined && !isIssuerSent)) return;
  if (iss !== issuer) throw new ConsentFailure('issuer_mismatch');
}
