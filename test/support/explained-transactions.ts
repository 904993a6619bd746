import type { Client } from 'pg';
import type { TransactionSource } from '../../src/core/delivery/index.js';
import type { Transaction } from '../../src/core/ports/index.js';

interface PlanNode {
  readonly 'Node Type': string;
  readonly 'Index Name'?: string;
  readonly 'Actual Rows': number;
  readonly 'Actual Loops': number;
  readonly 'Rows Removed by Filter'?: number;
  readonly 'Shared Hit Blocks': number;
  readonly 'Shared Read Blocks': number;
  readonly Plans?: readonly PlanNode[];
}

/** What statements cost, as the database itself counts it. */
export interface Cost {
  /** Pages of 8 KiB that were looked at. */
  readonly pages: number;
  /** Rows that were read from tables and indexes, also those that a filter dropped. */
  readonly rows: number;
  readonly indexes: ReadonlySet<string>;
}

/** Transactions on one connection; each statement is explained with its real figures before it is run. */
export class ExplainedTransactions implements TransactionSource {
  private readonly plans: PlanNode[] = [];

  constructor(private readonly client: Client) {}

  async run<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    const last: (() => Promise<void>)[] = [];
    await this.client.query('BEGIN');
    const result = await work({
      emit: () => undefined,
      beforeCommit: (step) => void last.push(step),
      query: async <Row extends object>(sql: string, parameters: readonly unknown[] = []): Promise<Row[]> => {
        await this.explain(sql, parameters);
        return (await this.client.query<Row>(sql, [...parameters])).rows;
      },
    });
    for (const step of last) await step();
    await this.client.query('COMMIT');
    return result;
  }

  /** Of all statements since the last call. */
  takeCost(): Cost {
    const plans = this.plans.splice(0);
    const nodes = plans.flatMap(nodesOf);
    const scans = nodes.filter((node) => / Scan$/.test(node['Node Type']) && node['Node Type'] !== 'CTE Scan');
    return {
      pages: plans.reduce((sum, plan) => sum + plan['Shared Hit Blocks'] + plan['Shared Read Blocks'], 0),
      rows: scans.reduce((sum, node) => sum + rowsOf(node), 0),
      indexes: new Set(nodes.flatMap((node) => node['Index Name'] ?? [])),
    };
  }

  /** The statement is really done for it, so that it is undone again. */
  private async explain(sql: string, parameters: readonly unknown[]): Promise<void> {
    await this.client.query('SAVEPOINT explained');
    const { rows } = await this.client.query<{ 'QUERY PLAN': readonly [{ Plan: PlanNode }] }>(
      `EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) ${sql}`,
      [...parameters],
    );
    await this.client.query('ROLLBACK TO SAVEPOINT explained');
    this.plans.push(...rows.map((row) => row['QUERY PLAN'][0].Plan));
  }
}

function nodesOf(node: PlanNode): PlanNode[] {
  return [node, ...(node.Plans ?? []).flatMap(nodesOf)];
}

function rowsOf(node: PlanNode): number {
  return (node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0)) * node['Actual Loops'];
}
