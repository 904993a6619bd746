import { Injectable, Module } from '@nestjs/common';
import {
  Connector,
  ConnectorProvider,
  field,
  testResult,
  type AccessToken,
  type AccessTokenSource,
  type ConfigOf,
  type ConnectionContext,
  type ConnectionTest,
  type ConnectionTestResult,
  type ConnectorConnection,
  type OAuthDefinition,
  type OAuthExchange,
} from '../../src/core/connectors/index.js';
import { Egress } from '../../src/core/egress/index.js';
import { explainTokens } from '../../src/core/oauth/index.js';

/** The public origins of the vendors in these specs; settings lead them to loopback. */
export const AUTH_ORIGIN = 'https://auth.vendor.example';
export const API_ORIGIN = 'https://api.vendor.example';
export const HOSTILE_ORIGIN = 'https://hostile.vendor.example';

const schema = [
  field.text('client_id', 'Client ID'),
  field.secret('client_secret', 'Client secret'),
  field.secret('refresh_token', 'Refresh token', { required: false }),
  field.text('folder', 'Folder', { required: false }),
  field.text('team', 'Team', { required: false, pattern: '[a-z]{1,8}' }),
  field.url('instance_url', 'Instance', { required: false, endpoint: true }),
  field.map('labels', 'Labels'),
] as const;

type Config = ConfigOf<typeof schema>;

/** Asks who it is, with an access token from the framework. */
export class ConsentConnection implements ConnectorConnection {
  constructor(
    private readonly egress: Egress,
    readonly tokens: AccessTokenSource,
  ) {}

  async testConnection(test: ConnectionTest): Promise<ConnectionTestResult> {
    const token = await test.step('auth', () => this.tokens.get(test.signal), explainTokens);
    await test.step('access', () => this.call(token, test.signal));
    return testResult.ok();
  }

  /** @returns the status that the service answers with. */
  async call(token: AccessToken, signal: AbortSignal): Promise<number> {
    const headers = { authorization: `Bearer ${token.value}` };
    const response = await this.egress.request(`${API_ORIGIN}/api/me`, { headers, signal });
    await response.text();
    if (response.status !== 200) throw new Error(`The token ${token.value} was refused`);
    return response.status;
  }
}

@Injectable()
abstract class ConsentProvider extends ConnectorProvider<Config, ConsentConnection> {
  readonly configSchema = schema;

  constructor(private readonly egress: Egress) {
    super();
  }

  fromConfig(_config: Config, context: ConnectionContext): ConsentConnection {
    return new ConsentConnection(this.egress, context.accessTokens);
  }
}

const constants = {
  clientIdKey: 'client_id',
  clientSecretKey: 'client_secret',
  scopes: ['files.read', 'files.write'],
  tokenParams: { refresh_token: 'refresh_token' },
} as const;

/** Signs in at a real authorization server. */
@Injectable()
@Connector({ category: 'storage', providerType: 'vendor_drive', displayName: 'Vendor drive' })
export class VendorDriveProvider extends ConsentProvider {
  override readonly oauth: OAuthDefinition = {
    ...constants,
    issuer: AUTH_ORIGIN,
    isIssuerSent: true,
    authorizationUrl: `${AUTH_ORIGIN}/auth`,
    tokenUrl: `${AUTH_ORIGIN}/token`,
    requiredScopes: ['files.read'],
    authorizationParameters: { access_type: 'offline', prompt: 'consent', state: 'never this one' },
    consentLostHint: 'apps in testing lose it after 7 days',
  };
}

/** Its token endpoint answers whatever a spec wants. */
@Injectable()
@Connector({ category: 'storage', providerType: 'hostile_drive', displayName: 'Hostile drive' })
export class HostileDriveProvider extends ConsentProvider {
  override readonly oauth: OAuthDefinition = {
    ...constants,
    authorizationUrl: `${HOSTILE_ORIGIN}/auth`,
    tokenUrl: `${HOSTILE_ORIGIN}/token`,
    clientAuthentication: 'basic',
    tokenTypes: ['bot'],
    requiredScopes: ['files.read'],
    optionalTokenParams: { team: 'team', instance_url: 'instance_url' },
    consentLostErrors: ['token_revoked'],
  };
}

/** Exchanges the code itself. */
@Injectable()
@Connector({ category: 'storage', providerType: 'own_exchange', displayName: 'Own exchange' })
export class OwnExchangeProvider extends ConsentProvider {
  readonly exchanges: OAuthExchange[] = [];
  /** What the next exchange does. */
  answer: () => Promise<unknown> = () => Promise.resolve({});

  override readonly oauth: OAuthDefinition = {
    ...constants,
    authorizationUrl: `${HOSTILE_ORIGIN}/auth`,
    tokenUrl: `${HOSTILE_ORIGIN}/token`,
    isPkceUsed: false,
    scopeSeparator: ',',
  };

  override exchangeOAuthCode(exchange: OAuthExchange): Promise<Record<string, string>> {
    this.exchanges.push(exchange);
    return this.answer() as Promise<Record<string, string>>;
  }
}

const accountSchema = [field.text('account', 'Account')] as const;

/** Has no OAuth, but asks for tokens in its own way. */
@Injectable()
@Connector({ category: 'storage', providerType: 'own_grant', displayName: 'Own grant' })
export class OwnGrantProvider extends ConnectorProvider<ConfigOf<typeof accountSchema>, ConsentConnection> {
  readonly configSchema = accountSchema;
  readonly requests: string[] = [];
  readonly contexts: ConnectionContext[] = [];

  constructor(private readonly egress: Egress) {
    super();
  }

  fromConfig({ account }: ConfigOf<typeof accountSchema>, context: ConnectionContext): ConsentConnection {
    this.contexts.push(context);
    const name = account === 'refresh_token' ? account : 'own';
    const request = () => {
      this.requests.push(account);
      return Promise.resolve({ accessToken: `token-of-${account}`, expiresIn: 3600, scopes: null, refreshToken: null });
    };
    return new ConsentConnection(this.egress, context.tokensOf({ name, request }));
  }
}

const PROVIDERS = [VendorDriveProvider, HostileDriveProvider, OwnExchangeProvider, OwnGrantProvider];

@Module({ providers: PROVIDERS, exports: PROVIDERS })
export class ConsentProvidersModule {}
