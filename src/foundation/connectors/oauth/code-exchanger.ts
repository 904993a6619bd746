import { Injectable } from '@nestjs/common';
import {
  fieldFor,
  isValidKey,
  type ConnectorProvider,
  type IssuedTokens,
  type OAuthDefinition,
} from '../../../core/connectors/index.js';
import {
  clientOf,
  lookupIn,
  TOKEN_REQUEST_MS,
  TokenClient,
  TokenRequestError,
  type AuthorizationCode,
  type TokenFailure,
} from '../../../core/oauth/index.js';
import { waitFor } from '../../../core/timing/index.js';
import { ConsentFailure, type ConsentFailureReason } from './consent-failure.js';

/** What an exchange brought, reduced to what the provider declares. */
export interface ExchangedTokens {
  /** Param key → value. */
  readonly params: ReadonlyMap<string, string>;
  /** The access token; `null` when the provider exchanged the code itself. */
  readonly issued: IssuedTokens | null;
}

type Config = Readonly<Record<string, unknown>>;

const REASONS: Readonly<Record<TokenFailure, ConsentFailureReason>> = {
  grant_refused: 'code_refused',
  client_refused: 'client_refused',
  refused: 'exchange_failed',
  unavailable: 'exchange_failed',
  malformed: 'tokens_missing',
};

/** Exchanges authorization codes, by the provider's own way where it has one. */
@Injectable()
export class CodeExchanger {
  constructor(private readonly tokens: TokenClient) {}

  /**
   * One exchange, at most 10 s, also for a provider that does not watch its signal.
   * @throws ConsentFailure, which says nothing of what the other side sent.
   */
  async exchange(provider: ConnectorProvider, config: Config, grant: AuthorizationCode): Promise<ExchangedTokens> {
    const { oauth, configSchema } = provider;
    if (!oauth) throw new ConsentFailure('exchange_failed');
    const exchanged = provider.exchangeOAuthCode
      ? await this.byProvider(provider, config, grant)
      : await this.standard(oauth, config, grant);
    const isDeclared = (key: string) => isValidKey(key) && fieldFor(configSchema, key) !== undefined;
    const params = new Map([...exchanged.params].filter(([key]) => isDeclared(key)));
    if (exchanged.issued === null && params.size === 0) throw new ConsentFailure('tokens_missing');
    return { ...exchanged, params };
  }

  private async standard(oauth: OAuthDefinition, config: Config, grant: AuthorizationCode): Promise<ExchangedTokens> {
    try {
      const client = clientOf(oauth, lookupIn(config));
      const answer = await this.tokens.exchangeCode(
        { definition: oauth, client, signal: new AbortController().signal },
        grant,
      );
      const scopes = answer.scopes ?? oauth.scopes;
      const isComplete = (oauth.requiredScopes ?? []).every((scope) => scopes.includes(scope));
      if (!isComplete) throw new ConsentFailure('scopes_missing');
      return { params: answer.params, issued: { ...answer, scopes } };
    } catch (error) {
      throw asFailure(error);
    }
  }

  private async byProvider(
    provider: ConnectorProvider,
    config: Config,
    grant: AuthorizationCode,
  ): Promise<ExchangedTokens> {
    const signal = AbortSignal.timeout(TOKEN_REQUEST_MS);
    try {
      const answer: unknown = await waitFor(
        Promise.resolve(provider.exchangeOAuthCode?.({ ...grant, config, signal })),
        signal,
      );
      return { params: textsOf(answer), issued: null };
    } catch (error) {
      throw asFailure(error);
    }
  }
}

/** Members of a provider's answer that are non-empty text; whatever else it holds is left out. */
function textsOf(answer: unknown): Map<string, string> {
  const members = typeof answer === 'object' && answer !== null ? Object.entries(answer) : [];
  return new Map(
    members.filter((member): member is [string, string] => typeof member[1] === 'string' && member[1] !== ''),
  );
}

function asFailure(error: unknown): ConsentFailure {
  if (error instanceof ConsentFailure) return error;
  return new ConsentFailure(error instanceof TokenRequestError ? REASONS[error.failure] : 'exchange_failed');
}
