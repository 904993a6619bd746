import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource, EntitySubscriberInterface, InsertEvent, SaveOptions, UpdateEvent } from 'typeorm';
import type { Scope } from '../../core/access/index.js';
import type { TransactionContext } from '../../persistence/index.js';
import { ConnectorJournal, type ConnectorIdentity } from './connector-journal.js';
import { Connector } from './connector.entity.js';
import { lockDefault } from './default-lock.js';

/** Who saves a connector: the audit names him for the one that loses the default by it. */
interface Writer {
  readonly tx: TransactionContext;
  readonly scope: Scope;
}

/** Options of `manager.save()` for a connector that may take the default. */
export function savedBy(tx: TransactionContext, scope: Scope): SaveOptions {
  const writer: Writer = { tx, scope };
  return { data: { writer } };
}

/**
 * Pre-create and pre-update hooks of `ir.connector`: a record that becomes the default takes it from the old one,
 * in the same transaction and under the advisory lock, whoever the writer is.
 */
@Injectable()
export class DefaultSubscriber implements EntitySubscriberInterface<Connector> {
  constructor(
    @InjectDataSource() dataSource: DataSource,
    private readonly journal: ConnectorJournal,
  ) {
    dataSource.subscribers.push(this);
  }

  listenTo(): typeof Connector {
    return Connector;
  }

  async beforeInsert(event: InsertEvent<Connector>): Promise<void> {
    if (event.entity.isDefault) await this.clearOthers(event, event.entity);
  }

  async beforeUpdate(event: UpdateEvent<Connector>): Promise<void> {
    const next = event.entity as Connector | undefined;
    if (next?.isDefault === true && !event.databaseEntity?.isDefault) await this.clearOthers(event, next);
  }

  /** @throws Error when another one loses the default and the connector was saved without {@link savedBy}. */
  private async clearOthers(
    { manager, queryRunner }: InsertEvent<Connector> | UpdateEvent<Connector>,
    { id, organizationId, category }: Connector,
  ): Promise<void> {
    await lockDefault(manager, organizationId, category);
    const result = await queryRunner.query(
      `UPDATE ir_connector SET is_default = false, version = version + 1, updated_at = now()
        WHERE organization_id = $1 AND category = $2 AND is_default AND id <> $3
        RETURNING id, provider_type AS "providerType"`,
      [organizationId, category, id],
      true,
    );
    const { writer } = queryRunner.data as { writer?: Writer };
    for (const loser of (result.records ?? []) as Pick<ConnectorIdentity, 'id' | 'providerType'>[]) {
      if (!writer) throw new Error('A connector that takes the default is saved with its writer');
      await this.journal.record(
        writer.tx,
        writer.scope,
        { ...loser, organizationId, category },
        { action: 'connector.updated', event: 'ir.connector.updated', changedKeys: ['is_default'] },
      );
    }
  }
}
