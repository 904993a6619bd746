import { Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { ADMINISTRATION_MENU, AuditLog, AuditTrail, MenuRegistry } from '../../core/ports/index.js';
import { AuditEvent } from './audit-event.entity.js';
import { AuditReader } from './audit-reader.js';
import { AuditWriter } from './audit-writer.js';

/** Gives every module the {@link AuditLog} to write to and the {@link AuditTrail} to read. */
@Global()
@Module({
  imports: [TypeOrmModule.forFeature([AuditEvent])],
  providers: [
    { provide: AuditLog, useClass: AuditWriter },
    { provide: AuditTrail, useClass: AuditReader },
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
