import type { Provider } from '@nestjs/common';
import { TokenClient } from '../../../core/oauth/index.js';
import { CodeExchanger } from './code-exchanger.js';
import { ConnectionContexts } from './connection-contexts.js';
import { ConnectorToken } from './connector-token.entity.js';
import { ConnectorTokenStore, ENCRYPTED_TOKENS } from './connector-token.store.js';
import { ConsentGrants } from './consent-grants.js';
import { ConsentWriter } from './consent-writer.js';
import { OAuthAuthorizer } from './oauth-authorizer.js';
import { OAuthCallback } from './oauth-callback.js';
import { OAuthStateRow } from './oauth-state.entity.js';
import { OAuthStatePurger } from './oauth-state-purger.js';
import { ENCRYPTED_VERIFIERS, OAuthStateStore } from './oauth-state.store.js';
import { RecordTokens } from './record-tokens.js';
import { RefreshCredentialsStore } from './refresh-credentials.js';

/** What the connectors module adds for OAuth. */
export const OAUTH_PROVIDERS: Provider[] = [
  CodeExchanger,
  ConnectionContexts,
  ConnectorTokenStore,
  ConsentGrants,
  ConsentWriter,
  OAuthAuthorizer,
  OAuthCallback,
  OAuthStatePurger,
  OAuthStateStore,
  RecordTokens,
  RefreshCredentialsStore,
  TokenClient,
];

export const OAUTH_ENCRYPTED = [ENCRYPTED_VERIFIERS, ENCRYPTED_TOKENS];

export const OAUTH_ENTITIES = [OAuthStateRow, ConnectorToken];
