import { Injectable } from '@nestjs/common';
import type { Scope } from '../../core/access/index.js';
import { TransactionRunner, type TransactionContext } from '../../persistence/index.js';
import { ConfigAssembler } from './config-assembler.js';
import { CheckHistory } from './check-history.js';
import { ConnectorJournal } from './connector-journal.js';
import type { Connector, ConnectorStatus } from './connector.entity.js';
import { ConnectorPresenter } from './connector.presenter.js';
import { ConnectorStore } from './connector-store.js';
import { ProviderUnavailableError } from './connectors.errors.js';
import { TestLimits } from './test-limits.js';
import { isSuccess, TestRunner, type TestOptions, type TestReport } from './test-runner.js';

/** A test with what it made of the record. */
export interface TestedConnector {
  readonly report: TestReport;
  /** The config changed while the test ran: the record was left alone. */
  readonly isStale: boolean;
  readonly status: ConnectorStatus;
  readonly lastTestedAt: Date | null;
}

/** Tests saved connectors and stores the outcome on them. */
@Injectable()
export class ConnectorTester {
  constructor(
    private readonly store: ConnectorStore,
    private readonly presenter: ConnectorPresenter,
    private readonly assembler: ConfigAssembler,
    private readonly runner: TestRunner,
    private readonly limits: TestLimits,
    private readonly history: CheckHistory,
    private readonly transactions: TransactionRunner,
    private readonly journal: ConnectorJournal,
  ) {}

  /**
   * Total time ≤ 10 s. A refused sign-in is a report, not an error.
   * @throws RecordNotFoundError, ProviderUnavailableError, TooManyRequestsError.
   */
  async test(scope: Scope, id: string, options: TestOptions): Promise<TestedConnector> {
    const loaded = await this.store.load(scope, id);
    const { connector } = loaded;
    scope.requireAdmin(connector.organizationId);
    const schema = this.presenter.schemaOf(connector);
    if (schema === null) throw new ProviderUnavailableError(); // before a row says that a test began
    const report = await this.limits.run(connector.organizationId, async () => {
      if (options.send !== null) await this.announce(scope, connector);
      return this.runner.run(
        {
          category: connector.category,
          providerType: connector.providerType,
          readConfig: (signal) => this.assembler.assemble(loaded, schema, signal),
          owner: { connector },
        },
        options,
      );
    });
    return this.transactions.run((tx) => this.keep(tx, scope, connector, { report, isDeep: options.isDeep }));
  }

  /** What leaves the house cannot be taken back when its row cannot be written: that comes first. */
  private async announce(scope: Scope, connector: Connector): Promise<void> {
    await this.transactions.run((tx) =>
      this.journal.record(tx, scope, connector, { action: 'connector.test_started' }),
    );
  }

  private async keep(
    tx: TransactionContext,
    scope: Scope,
    tested: Connector,
    { report, isDeep }: { report: TestReport; isDeep: boolean },
  ): Promise<TestedConnector> {
    const connector = await this.store.lock(tx, tested.id);
    const isStale = connector.configVersion !== tested.configVersion;
    const testedAt = new Date();
    if (!isStale) {
      connector.status = statusAfter(connector.status, report);
      connector.statusMessage = report.message;
      connector.lastTestedAt = testedAt;
      await tx.manager.save(connector);
    }
    await this.history.add(tx, scope, connector, { report, isDeep, isStale, testedAt });
    await this.journal.record(tx, scope, connector, {
      action: 'connector.tested',
      event: 'ir.connector.tested',
      facts: { outcome: report.outcome, is_stale: isStale, latency_ms: report.latencyMs },
    });
    return { report, isStale, status: connector.status, lastTestedAt: connector.lastTestedAt };
  }
}

function statusAfter(before: ConnectorStatus, report: TestReport): ConnectorStatus {
  if (isSuccess(report)) return 'connected';
  return report.outcome === 'failed' ? 'error' : before;
}
