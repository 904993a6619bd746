export {
  type ByteRange,
  type GetOptions,
  type ListOptions,
  type ObjectContent,
  type ObjectPage,
  type ObjectStat,
  type PutOptions,
  type StorageBackend,
  type StorageCall,
  type StoredObject,
} from './storage-backend.js';
export { type StorageConnection } from './storage-connection.js';
export { StorageConnectorProvider } from './storage-connector-provider.js';
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
  type JsonObject,
  type JsonValue,
  type OAuthDefinition,
  type OAuthExchange,
  type TestStepName,
} from '../../../core/connectors/index.js';
export {
  Egress,
  EgressBlockedError,
  EgressFailedError,
  explainEgress,
  type EgressAgents,
  type EgressRequestOptions,
  type EgressResponse,
  type SocketTarget,
  MAX_TEST_RESPONSE_BYTES,
} from '../../../core/egress/index.js';
export { ConsentRequiredError, TokenRequestError, explainTokens } from '../../../core/oauth/index.js';
