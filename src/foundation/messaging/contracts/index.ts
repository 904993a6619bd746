export { type MessagingConnection } from './messaging-connection.js';
export { MessagingConnectorProvider } from './messaging-connector-provider.js';
export { type OutgoingMessage, type SentMessage } from './outgoing-message.js';
export {
  ConnectionFailedError,
  ConnectionTest,
  Connector,
  ConnectorConfigError,
  ConnectorNotSupportedError,
  RemoteMissingError,
  TestStepFailure,
  field,
  testResult,
  type AccessToken,
  type AccessTokenSource,
  type ConfigOf,
  type ConfigSchema,
  type ConnectionContext,
  type ConnectionTestResult,
  type ExplainFailure,
  type IssuedTokens,
  type JsonObject,
  type JsonValue,
  type OAuthDefinition,
  type OAuthExchange,
  type TestSend,
  type TestStepName,
  type TokenGrant,
} from '../../../core/connectors/index.js';
export { DeliveryDelayedError, DeliveryRefusedError } from '../../../core/delivery/index.js';
export {
  Egress,
  EgressBlockedError,
  EgressFailedError,
  explainEgress,
  type EgressAgents,
  type EgressRequestOptions,
  type EgressResponse,
  type SocketTarget,
} from '../../../core/egress/index.js';
export { ConsentRequiredError, TokenRequestError, explainTokens } from '../../../core/oauth/index.js';
