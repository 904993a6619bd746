import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import type { Scope } from '../../core/access/index.js';
import { decodeCursor, encodeCursor } from '../../core/web/index.js';
import { newId, type TransactionContext } from '../../persistence/index.js';
import { ConnectorCheck } from './connector-check.entity.js';
import type { Connector } from './connector.entity.js';
import type { TestReport } from './test-runner.js';

/** So many tests of a connector are kept. */
const KEPT = 200;
const SHAPE = 'checks:-checked_at';

export interface CheckPage {
  readonly items: ConnectorCheck[];
  readonly nextCursor: string | null;
}

/** The test history of connectors, newest first. */
@Injectable()
export class CheckHistory {
  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  async add(
    tx: TransactionContext,
    scope: Scope,
    connector: Connector,
    check: { report: TestReport; isDeep: boolean; isStale: boolean; testedAt: Date },
  ): Promise<void> {
    const row = new ConnectorCheck();
    row.id = newId();
    row.organizationId = connector.organizationId;
    row.connectorId = connector.id;
    row.checkedAt = check.testedAt;
    row.outcome = check.report.outcome;
    row.message = check.report.message;
    row.latencyMs = check.report.latencyMs;
    row.isDeep = check.isDeep;
    row.isStale = check.isStale;
    row.steps = [...check.report.steps];
    row.userId = scope.actor.userId;
    await tx.manager.save(row);
    await tx.query(
      `DELETE FROM ir_connector_check WHERE connector_id = $1 AND id IN (
         SELECT id FROM ir_connector_check WHERE connector_id = $1 ORDER BY checked_at DESC, id DESC OFFSET ${KEPT})`,
      [connector.id],
    );
  }

  /** @throws InvalidInputError for a cursor that is not ours. */
  async list(connectorId: string, page: { limit: number; cursor?: string }): Promise<CheckPage> {
    const query = this.dataSource.manager
      .createQueryBuilder(ConnectorCheck, 'c')
      .where('c.connector_id = :connectorId', { connectorId })
      .orderBy('c.checked_at', 'DESC')
      .addOrderBy('c.id', 'DESC')
      .limit(page.limit + 1);
    if (page.cursor !== undefined) {
      const [checkedAt, id] = decodeCursor(SHAPE, page.cursor, ['timestamp', 'uuid']);
      query.andWhere('(c.checked_at, c.id) < (:checkedAt, :id)', { checkedAt, id });
    }
    const rows = await query.getMany();
    const items = rows.slice(0, page.limit);
    const last = items.at(-1);
    const isMore = rows.length > page.limit && last !== undefined;
    return { items, nextCursor: isMore ? encodeCursor(SHAPE, [last.checkedAt.toISOString(), last.id]) : null };
  }
}
