export { IdempotencyModule } from './idempotency.module.js';
export { IdempotencyService, type Claim } from './idempotency.service.js';
