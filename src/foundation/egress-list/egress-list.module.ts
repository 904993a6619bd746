import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
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
}
