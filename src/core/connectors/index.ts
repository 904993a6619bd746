export {
  ConnectionTest,
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
export { assembleConfig, effectiveValue, fieldFor, validateConfig } from './config-assembly.js';
export { checkFieldValue } from './field-value.js';
export { type ConnectorCategory } from './connector-category.js';
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
  type ConfigIssue,
} from './errors.js';
export {
  KEY_PATTERN,
  assertKeys,
  flattenConfig,
  isValidKey,
  unflattenParams,
  ParamKeyError,
  type FlatParam,
} from './flatten.js';
export { type JsonObject, type JsonScalar, type JsonValue } from './json.js';
export { type OAuthDefinition, type OAuthExchange } from './oauth-definition.js';
