import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { ADMINISTRATION_MENU, MenuRegistry } from '../../core/ports/index.js';
import { EgressEntry } from './egress-entry.entity.js';
import { EgressListService } from './egress-list.service.js';
import { EgressController } from './http/egress.controller.js';
import { StoredEntries } from './stored-entries.js';

/** The allow-list that instance admins edit, and the routes for it. */
@Module({
  imports: [TypeOrmModule.forFeature([EgressEntry])],
  controllers: [EgressController],
  providers: [EgressListService, StoredEntries],
})
export class EgressListModule {
  static readonly requires: readonly string[] = ['base', 'auth'];

  constructor(menus: MenuRegistry) {
    menus.register({
      id: 'menu_egress',
      name: 'Egress allow-list',
      parent: ADMINISTRATION_MENU,
      action: 'egress.entry.list',
      sequence: 60,
      role: 'instance_admin',
    });
  }
}
