import { ConnectorNotSupportedError, type AccessTokenSource } from '../connectors/index.js';

/** The tokens of a provider that does not sign in with OAuth. */
export const noTokens: AccessTokenSource = {
  get: () => Promise.reject(new ConnectorNotSupportedError('The provider does not sign in with OAuth')),
  reject: () => Promise.resolve(),
};
