export {
  ConnectionTest,
  TEST_STEP_NAMES,
  TestStepFailure,
  testResult,
  type ConnectionTestResult,
  type ExplainFailure,
  type TestOutcome,
  type TestSend,
  type TestStep,
  type TestStepName,
} from './connection-test.js';
export {
  field,
  type Choice,
  type ConfigField,
  type ConfigSchema,
  type FieldOptions,
  type FieldType,
  type ShownWhen,
} from './config-field.js';
export { type ConfigOf } from './config-of.js';
export { assembleConfig, effectiveValue, fieldFor, validateConfig, type ValidatedConfig } from './config-assembly.js';
export { checkFieldValue } from './field-value.js';
export { type BuiltInAdapter, type ConnectorCategory } from './connector-category.js';
export { type AccessToken, type AccessTokenSource, type IssuedTokens, type TokenGrant } from './access-tokens.js';
export { type ConnectionContext } from './connection-context.js';
export { type ConnectorConnection } from './connector-connection.js';
export { ConnectorProvider } from './connector-provider.js';
export { ConnectorRegistry, type RegisteredProvider } from './connector-registry.js';
export { Connector, type ConnectorMetadata } from './connector.decorator.js';
export { connectorFolder } from './connector-folder.js';
export { ConnectorKernelModule } from './connector-kernel.module.js';
export {
  ConnectionFailedError,
  ConnectorConfigError,
  ConnectorError,
  ConnectorNotFoundError,
  ConnectorNotSupportedError,
  RemoteMissingError,
  type ConfigIssue,
} from './errors.js';
export { flattenConfig, type FlatParam, type FlattenResult } from './flatten.js';
export { unflattenParams } from './unflatten.js';
export { KEY_PATTERN, ParamKeyError, assertKeys, isValidKey } from './param-key.js';
export { type JsonObject, type JsonScalar, type JsonValue } from './json.js';
export { refreshTokenKey, type OAuthDefinition, type OAuthExchange } from './oauth-definition.js';
