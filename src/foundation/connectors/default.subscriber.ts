import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource, EntityManager, EntitySubscriberInterface, InsertEvent, UpdateEvent } from 'typeorm';
import { Connector } from './connector.entity.js';
import { lockDefault } from './default-lock.js';

/**
 * Pre-create and pre-update hooks of `ir.connector`: a record that becomes the default takes it from the old one,
 * in the same transaction and under the advisory lock, whoever the writer is.
 */
@Injectable()
export class DefaultSubscriber implements EntitySubscriberInterface<Connector> {
  constructor(@InjectDataSource() dataSource: DataSource) {
    dataSource.subscribers.push(this);
  }

  listenTo(): typeof Connector {
    return Connector;
  }

  async beforeInsert(event: InsertEvent<Connector>): Promise<void> {
    if (event.entity.isDefault) await this.clearOthers(event.manager, event.entity);
  }

  async beforeUpdate(event: UpdateEvent<Connector>): Promise<void> {
    const next = event.entity as Connector | undefined;
    if (next?.isDefault === true && !event.databaseEntity?.isDefault) await this.clearOthers(event.manager, next);
  }

  private async clearOthers(manager: EntityManager, connector: Connector): Promise<void> {
    await lockDefault(manager, connector.organizationId, connector.category);
    await manager.query(
      `UPDATE ir_connector SET is_default = false, version = version + 1, updated_at = now()
        WHERE organization_id = $1 AND category = $2 AND is_default AND id <> $3`,
      [connector.organizationId, connector.category, connector.id],
    );
  }
}
