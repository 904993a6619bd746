import { Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { ADMINISTRATION_MENU, AuditLog, AuditTrail, MenuRegistry } from '../../core/ports/index.js';
import { AuditChain } from './audit-chain.entity.js';
import { AuditEvent } from './audit-event.entity.js';
import { AuditService } from './audit.service.js';
import { AuditWriter } from './audit-writer.js';
import { ChainAppender } from './chain/chain-appender.js';
import { ChainSigner } from './chain/chain-signer.js';
import { ChainVerifier } from './chain/chain-verifier.js';
import { TrailVerifier } from './chain/trail-verifier.js';
import { AuditController } from './http/audit.controller.js';
import { AuditReader } from './reading/audit-reader.js';
import { AuditRetention } from './retention/audit-retention.js';
import { ChainTrimmer } from './retention/chain-trimmer.js';

/** Gives every module the {@link AuditLog} to write to and the {@link AuditTrail} to read, and admins the trail itself. */
@Global()
@Module({
  imports: [TypeOrmModule.forFeature([AuditEvent, AuditChain])],
  controllers: [AuditController],
  providers: [
    AuditReader,
    AuditService,
    ChainAppender,
    ChainSigner,
    ChainVerifier,
    ChainTrimmer,
    TrailVerifier,
    AuditRetention,
    { provide: AuditLog, useClass: AuditWriter },
    { provide: AuditTrail, useExisting: AuditReader },
  ],
  exports: [AuditLog, AuditTrail],
})
export class AuditModule {
  static readonly requires: readonly string[] = ['base'];

  constructor(menus: MenuRegistry) {
    menus.register({
      id: 'menu_audit',
      name: 'Audit',
      parent: ADMINISTRATION_MENU,
      action: 'audit.event.list',
      sequence: 50,
      role: 'admin',
    });
  }
}
