import { Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { DataKeyStore, EncryptedData, KeyProviders, KeyRing, PasswordHasher } from '../../core/crypto/index.js';
import { MenuRegistry } from '../../core/ports/index.js';
import { BASE_MENUS } from './base.menus.js';
import { KeysController } from './http/keys.controller.js';
import { MemberController } from './http/member.controller.js';
import { OrganizationController } from './http/organization.controller.js';
import { UserController } from './http/user.controller.js';
import { DataKey } from './keys/data-key.entity.js';
import { KeyCheck } from './keys/key-check.entity.js';
import { KeyProcess } from './keys/key-process.entity.js';
import { KeyRingKeeper } from './keys/key-ring-keeper.js';
import { KeyRingOpener } from './keys/key-ring-opener.js';
import { KeyState } from './keys/key-state.entity.js';
import { KeyStateStore } from './keys/key-state.store.js';
import { ROTATION_ENTITIES, ROTATION_PROVIDERS } from './keys/rotation/rotation.providers.js';
import { SqlDataKeyStore } from './keys/sql-data-key.store.js';
import { Membership } from './membership.entity.js';
import { MembershipService } from './membership.service.js';
import { Organization } from './organization.entity.js';
import { OrganizationService } from './organization.service.js';
import { UserDirectory } from './user-directory.js';
import { UserWriter } from './user-writer.js';
import { User } from './user.entity.js';
import { UserService } from './user.service.js';

/** Organizations, users, memberships, and the key ring that opens before any module that needs it is made. */
@Global()
@Module({
  imports: [
    TypeOrmModule.forFeature([
      Organization,
      User,
      Membership,
      DataKey,
      KeyCheck,
      KeyProcess,
      KeyState,
      ...ROTATION_ENTITIES,
    ]),
  ],
  controllers: [OrganizationController, MemberController, UserController, KeysController],
  providers: [
    EncryptedData,
    KeyProviders,
    KeyRingKeeper,
    KeyRingOpener,
    KeyStateStore,
    ...ROTATION_PROVIDERS,
    { provide: DataKeyStore, useClass: SqlDataKeyStore },
    { provide: KeyRing, useFactory: (opener: KeyRingOpener) => opener.open(), inject: [KeyRingOpener] },
    PasswordHasher,
    OrganizationService,
    MembershipService,
    UserDirectory,
    UserService,
    UserWriter,
  ],
  exports: [
    EncryptedData,
    KeyRing,
    PasswordHasher,
    OrganizationService,
    MembershipService,
    UserDirectory,
    UserService,
    UserWriter,
  ],
})
export class BaseModule {
  static readonly requires: readonly string[] = [];

  constructor(menus: MenuRegistry) {
    menus.register(...BASE_MENUS);
  }
}
