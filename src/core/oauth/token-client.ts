import { Injectable } from '@nestjs/common';
import {
  authorizationCodeGrantRequest,
  ClientSecretBasic,
  ClientSecretPost,
  customFetch,
  genericTokenEndpointRequest,
  processAuthorizationCodeResponse,
  processGenericTokenEndpointResponse,
  processRefreshTokenResponse,
  refreshTokenGrantRequest,
  skipStateCheck,
  validateAuthResponse,
  type AuthorizationServer,
  type Client,
  type ClientAuth,
  type TokenEndpointResponse,
} from 'oauth4webapi';
import type { IssuedTokens, OAuthDefinition } from '../connectors/index.js';
import { Egress } from '../egress/index.js';
import { readTokenAnswer, type TokenAnswer } from './token-answer.js';
import { failureOf, tokenFailure } from './token-failure.js';
import { TOKEN_REQUEST_MS, tokenFetch } from './token-fetch.js';

/** The registration of this application at a vendor. */
export interface ClientCredentials {
  readonly clientId: string;
  readonly clientSecret: string;
}

/** What the callback brought, and what the authorization request was made with. */
export interface AuthorizationCode {
  readonly code: string;
  readonly redirectUri: string;
  /** `null` without PKCE. */
  readonly codeVerifier: string | null;
}

interface Exchange {
  readonly definition: OAuthDefinition;
  readonly client: ClientCredentials;
  readonly signal: AbortSignal;
}

type Roundtrip = (server: AuthorizationServer, client: Client, options: FetchOptions) => Promise<TokenEndpointResponse>;
type FetchOptions = { [customFetch]: ReturnType<typeof tokenFetch>; signal: AbortSignal };

/** A service account signs its requests: there is no client to name. */
const noClient: ClientAuth = () => undefined;
const JWT_BEARER = 'urn:ietf:params:oauth:grant-type:jwt-bearer';

/**
 * Asks token endpoints. One request each, at most 10 s.
 * Every method throws TokenRequestError, EgressBlockedError, EgressFailedError, or the signal's reason.
 */
@Injectable()
export class TokenClient {
  constructor(private readonly egress: Egress) {}

  /** Exchanges an authorization code, once. */
  async exchangeCode(exchange: Exchange, grant: AuthorizationCode): Promise<TokenAnswer> {
    const { definition } = exchange;
    const answer = await this.ask(exchange, async (server, client, options) => {
      const response = await codeRequest({ server, client, auth: clientAuth(exchange), options }, grant);
      return processAuthorizationCodeResponse(server, client, response, tokenTypes(definition));
    });
    return readTokenAnswer(definition, answer);
  }

  /** Asks for a new access token. The answer may bring a new refresh token: then the old one is spent. */
  async refresh(exchange: Exchange, refreshToken: string): Promise<TokenAnswer> {
    const { definition } = exchange;
    const answer = await this.ask(exchange, async (server, client, options) => {
      const response = await refreshTokenGrantRequest(server, client, clientAuth(exchange), refreshToken, options);
      return processRefreshTokenResponse(server, client, response, tokenTypes(definition));
    });
    return readTokenAnswer(definition, answer);
  }

  /** Asks with a signed assertion (RFC 7523), as service accounts do. @param assertion a compact JWT. */
  async exchangeAssertion(tokenUrl: string, assertion: string, signal: AbortSignal): Promise<IssuedTokens> {
    const definition = assertionDefinition(tokenUrl);
    const exchange = { definition, client: { clientId: 'assertion', clientSecret: '' }, signal };
    const answer = await this.ask(exchange, async (server, client, options) => {
      const parameters = { assertion };
      const response = await genericTokenEndpointRequest(server, client, noClient, JWT_BEARER, parameters, options);
      return processGenericTokenEndpointResponse(server, client, response);
    });
    return readTokenAnswer(definition, answer);
  }

  private async ask({ definition, client, signal }: Exchange, roundtrip: Roundtrip): Promise<TokenEndpointResponse> {
    const timeout = AbortSignal.timeout(TOKEN_REQUEST_MS);
    const either = AbortSignal.any([signal, timeout]);
    const issuer = definition.issuer ?? new URL(definition.tokenUrl).origin;
    const fetchOptions = {
      [customFetch]: tokenFetch(this.egress, either, definition.issuer !== undefined),
      signal: either,
    };
    try {
      return await roundtrip(
        { issuer, token_endpoint: definition.tokenUrl },
        { client_id: client.clientId },
        fetchOptions,
      );
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      throw timeout.aborted ? failureOf('unavailable') : tokenFailure(error, definition.consentLostErrors);
    }
  }
}

interface CodeRequest {
  readonly server: AuthorizationServer;
  readonly client: Client;
  readonly auth: ClientAuth;
  readonly options: FetchOptions;
}

/** Without a verifier the library's own request would refuse: it knows PKCE only. */
function codeRequest({ server, client, auth, options }: CodeRequest, grant: AuthorizationCode): Promise<Response> {
  const { code, redirectUri, codeVerifier } = grant;
  if (codeVerifier === null) {
    const parameters = { code, redirect_uri: redirectUri };
    return genericTokenEndpointRequest(server, client, auth, 'authorization_code', parameters, options);
  }
  const callback = validateAuthResponse(server, client, new URLSearchParams({ code }), skipStateCheck);
  return authorizationCodeGrantRequest(server, client, auth, callback, redirectUri, codeVerifier, options);
}

function clientAuth({ definition, client }: Exchange): ClientAuth {
  return definition.clientAuthentication === 'basic'
    ? ClientSecretBasic(client.clientSecret)
    : ClientSecretPost(client.clientSecret);
}

function tokenTypes({ tokenTypes = [] }: OAuthDefinition) {
  return { recognizedTokenTypes: Object.fromEntries(tokenTypes.map((type) => [type, () => undefined])) };
}

function assertionDefinition(tokenUrl: string): OAuthDefinition {
  return { authorizationUrl: tokenUrl, tokenUrl, scopes: [], clientIdKey: '', clientSecretKey: '', tokenParams: {} };
}
