export {
  Authenticator,
  CurrentScope,
  Public,
  RequireRole,
  SignedIn,
  type AccessDecision,
  type AccessOptions,
  type RequiredRole,
} from '../../core/access/index.js';
export { ConfirmationRequiredError } from './auth.errors.js';
export { AuthModule } from './auth.module.js';
export { DenialAudit } from './guard/denial-audit.js';
export { SESSION_COOKIES } from './sessions/session-cookie.js';
export { resetAnnouncement, setupAnnouncement } from './setup/setup-announcement.js';
export { ResetLinks } from './setup/reset-links.js';
export { SetupService } from './setup/setup.service.js';
export { IdempotencyModule, IdempotencyService, type Claim } from './idempotency/index.js';
