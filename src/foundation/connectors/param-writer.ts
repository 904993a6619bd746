import { Injectable } from '@nestjs/common';
import type { Scope } from '../../core/access/index.js';
import { newId, type TransactionContext } from '../../persistence/index.js';
import { ConnectorParam } from './connector-param.entity.js';
import type { Connector } from './connector.entity.js';
import type { LoadedConnector } from './connector-store.js';
import { FileClaims } from './file-claims.js';
import type { ParamPlan, PlannedParam } from './param-plan.js';
import { ParamVault } from './param-vault.js';

/** Stores what a plan decided, in the caller's transaction. */
@Injectable()
export class ParamWriter {
  constructor(
    private readonly vault: ParamVault,
    private readonly files: FileClaims,
  ) {}

  /**
   * @param scope of whoever sent the params.
   * @param loaded with what is stored now.
   * @returns names of the keys that were written or removed; empty when nothing changed.
   * @throws what {@link FileClaims.claim} throws.
   */
  async apply(
    tx: TransactionContext,
    scope: Scope,
    { connector, params: rows }: LoadedConnector,
    plan: ParamPlan,
  ): Promise<string[]> {
    const changed = plan.params.filter((param) => param.isChanged);
    await this.files.claim(tx, scope, connector.organizationId, changed);
    if (plan.removed.length > 0) {
      await tx.manager.delete(
        ConnectorParam,
        plan.removed.map((param) => param.id as string),
      );
    }
    const byId = new Map(rows.map((row) => [row.id, row]));
    const written: ConnectorParam[] = [];
    for (const param of changed) {
      written.push(await this.toRow(connector, param, param.id === null ? undefined : byId.get(param.id)));
    }
    if (written.length > 0) await tx.manager.save(written);
    return [...changed, ...plan.removed].map(({ key }) => key).sort();
  }

  private async toRow(
    connector: Connector,
    param: PlannedParam,
    stored: ConnectorParam | undefined,
  ): Promise<ConnectorParam> {
    const row = stored ?? new ConnectorParam();
    row.id = stored?.id ?? newId();
    row.organizationId = connector.organizationId;
    row.connectorId = connector.id;
    row.key = param.key;
    row.value = await this.sealed(connector, param, stored);
    row.fileId = param.fileId;
    row.valueType = param.valueType;
    row.sequence = param.sequence;
    row.isSecret = param.isSecret;
    row.updatedAt = new Date();
    return row;
  }

  /** A kept value stays the very ciphertext that is stored. */
  private async sealed(
    connector: Connector,
    param: PlannedParam,
    stored: ConnectorParam | undefined,
  ): Promise<Buffer | null> {
    if (param.isKept && stored) return stored.value;
    if (param.value === null) return null;
    return this.vault.sealValue(connector, param.key, param.value);
  }
}
