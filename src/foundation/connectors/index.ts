export { Connector, type ConnectorStatus } from './connector.entity.js';
export { type ConnectorEvent, type ConnectorEventName } from './connector.events.js';
export { ConnectorService } from './connector.service.js';
export { ConnectorsModule } from './connectors.module.js';
