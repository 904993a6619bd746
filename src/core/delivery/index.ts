export { ContentSeal, encryptedContents } from './content-seal.js';
export { Courier, type OpenDelivery } from './courier.js';
export {
  BUILT_IN,
  DELIVERY_STATUSES,
  type ClaimedDelivery,
  type Delivery,
  type DeliveryReceipt,
  type DeliveryStatus,
  type SealedDelivery,
} from './delivery.js';
export { DeliveryDelayedError, DeliveryFailure, DeliveryRefusedError, NoConnectorError } from './delivery.errors.js';
export { DeliveryDispatcher, type DeliveryLine } from './delivery-dispatcher.js';
export { DeliveryModule } from './delivery.module.js';
export { DeliveryPolicy } from './delivery-policy.js';
export { DeliveryQueue } from './delivery-queue.js';
export { DeliveryRetention } from './delivery-retention.js';
export {
  DeliveryRouter,
  type BuiltInTransport,
  type DeliveryRoute,
  type DeliveryWay,
  type RoutedConnectors,
} from './delivery-router.js';
export { type DeliveryTable, type TransactionSource } from './delivery-table.js';
export { Outbox, type DeliveryListRequest, type DeliveryPage, type ListedDelivery } from './outbox.js';
export { DeliveryUsage } from './delivery-usage.js';
export { DeliveryListQuery } from './delivery-list.query.js';
export { AcceptedResponse, DeliveryResponse, UNREADABLE } from './delivery.response.js';
