import { Global, Module } from '@nestjs/common';
import { APP_GUARD, APP_INTERCEPTOR, DiscoveryModule } from '@nestjs/core';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Authenticator } from '../../core/access/index.js';
import { MenuRegistry } from '../../core/ports/index.js';
import { AUTH_MENUS } from './auth.menus.js';
import { DenialNote } from './denials/denial-note.entity.js';
import { DenialNotes } from './denials/denial-notes.js';
import { EndedCredential } from './denials/ended-credential.entity.js';
import { AccessDecisionCheck } from './guard/access-decision-check.js';
import { AccessGuard } from './guard/access.guard.js';
import { DenialAudit } from './guard/denial-audit.js';
import { DenialAuditInterceptor } from './guard/denial-audit.interceptor.js';
import { EndedCredentials } from './guard/ended-credentials.js';
import { RequestAuthenticator } from './guard/request-authenticator.js';
import { SessionAnswer } from './http/session-answer.js';
import { SessionController } from './http/session.controller.js';
import { SessionListController } from './http/session-list.controller.js';
import { SetupController } from './http/setup.controller.js';
import { SignInController } from './http/sign-in.controller.js';
import { TokenController } from './http/token.controller.js';
import { UserSessionsController } from './http/user-sessions.controller.js';
import { IdempotencyModule } from './idempotency/index.js';
import { SessionCookie } from './sessions/session-cookie.js';
import { SessionList } from './sessions/session-list.js';
import { SessionViewReader } from './sessions/session-view.js';
import { Session } from './sessions/session.entity.js';
import { SessionService } from './sessions/session.service.js';
import { SessionStore } from './sessions/session.store.js';
import { FirstAdmin } from './setup/first-admin.js';
import { HeadlessStart } from './setup/headless-start.js';
import { PasswordResetService } from './setup/password-reset.service.js';
import { ResetLinks } from './setup/reset-links.js';
import { SetupToken } from './setup/setup-token.entity.js';
import { SetupTokenStore } from './setup/setup-token.store.js';
import { SetupService } from './setup/setup.service.js';
import { LoginLimit } from './sign-in/login-limit.entity.js';
import { LoginLimiter } from './sign-in/login-limiter.js';
import { PasswordCheck } from './sign-in/password-check.js';
import { SignInService } from './sign-in/sign-in.service.js';
import { ApiToken } from './tokens/api-token.entity.js';
import { ApiTokenService } from './tokens/api-token.service.js';

const GUARDING = [
  { provide: Authenticator, useClass: RequestAuthenticator },
  { provide: APP_GUARD, useClass: AccessGuard },
  { provide: APP_INTERCEPTOR, useClass: DenialAuditInterceptor },
  AccessDecisionCheck,
  DenialAudit,
  DenialNotes,
  EndedCredentials,
];

/** Who may come in: setup, sign-in, sessions, API tokens, and the one guard before every route. */
@Global()
@Module({
  imports: [
    DiscoveryModule,
    IdempotencyModule,
    TypeOrmModule.forFeature([Session, ApiToken, SetupToken, LoginLimit, DenialNote, EndedCredential]),
  ],
  controllers: [
    SetupController,
    SignInController,
    SessionController,
    SessionListController,
    UserSessionsController,
    TokenController,
  ],
  providers: [
    ...GUARDING,
    ApiTokenService,
    FirstAdmin,
    HeadlessStart,
    LoginLimiter,
    PasswordCheck,
    PasswordResetService,
    ResetLinks,
    SessionAnswer,
    SessionCookie,
    SessionList,
    SessionService,
    SessionStore,
    SessionViewReader,
    SetupService,
    SetupTokenStore,
    SignInService,
  ],
  exports: [Authenticator, SetupService],
})
export class AuthModule {
  static readonly requires: readonly string[] = ['base'];

  constructor(menus: MenuRegistry) {
    menus.register(...AUTH_MENUS);
  }
}
