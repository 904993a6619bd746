import { Injectable } from '@nestjs/common';
import type { Scope } from '../../core/access/index.js';
import { ConnectorRegistry } from '../../core/connectors/index.js';
import { RecordNotFoundError } from '../../core/errors/index.js';
import { AuditLog } from '../../core/ports/index.js';
import { ConfigAssembler } from './config-assembler.js';
import { ConnectorStore, type LoadedConnector } from './connector-store.js';
import { DraftMismatchError, UnknownCategoryError, UnknownProviderError } from './connectors.errors.js';
import type { ParamEntry, PlannedParam } from './param-plan.js';
import { FileClaims } from './file-claims.js';
import { ParamPlanner } from './param-planner.js';
import { TestLimits } from './test-limits.js';
import { TestRunner, type TestOptions, type TestReport } from './test-runner.js';

export interface Draft {
  readonly category: string;
  readonly providerType: string;
  readonly entries: readonly ParamEntry[];
  /** What the draft leaves out comes from this connector. */
  readonly connectorId?: string;
}

/** Tests what is not saved. Stores nothing but an audit row. */
@Injectable()
export class DraftTester {
  constructor(
    private readonly registry: ConnectorRegistry,
    private readonly store: ConnectorStore,
    private readonly planner: ParamPlanner,
    private readonly files: FileClaims,
    private readonly assembler: ConfigAssembler,
    private readonly runner: TestRunner,
    private readonly limits: TestLimits,
    private readonly audit: AuditLog,
  ) {}

  /**
   * @throws UnknownCategoryError, UnknownProviderError, DraftMismatchError when the connector is of another provider,
   *   SecretRequiredError when the target differs from the one that the borrowed secrets were entered for,
   *   InvalidParamError.
   */
  async test(scope: Scope, draft: Draft, options: TestOptions): Promise<TestReport> {
    if (!this.registry.isCategory(draft.category)) throw new UnknownCategoryError();
    if (!this.registry.isRegistered(draft.category, draft.providerType)) throw new UnknownProviderError();
    const { organizationId, params, base } = await this.complete(scope, draft);
    await this.files.check(scope, organizationId, params);
    const schema = this.registry.get(draft.category, draft.providerType).provider.configSchema;
    const record = draft.connectorId === undefined ? {} : { recordType: 'ir.connector', recordId: draft.connectorId };
    const entry = { organizationId, ...record };
    const facts = { provider_type: draft.providerType };
    const report = await this.limits.run(organizationId, async () => {
      // What leaves the house cannot be taken back when its row cannot be written: that comes first.
      if (options.send !== null) {
        await this.audit.record(scope, { ...entry, action: 'connector.test_started', facts });
      }
      return this.runner.run(
        {
          category: draft.category,
          providerType: draft.providerType,
          readConfig: (signal) => this.assembler.assembleParams(organizationId, params, schema, signal),
          owner: { base },
        },
        options,
      );
    });
    await this.audit.record(scope, {
      ...entry,
      action: 'connector.draft_tested',
      facts: { ...facts, outcome: report.outcome },
    });
    return report;
  }

  private async complete(
    scope: Scope,
    draft: Draft,
  ): Promise<{ organizationId: string; params: readonly PlannedParam[]; base: LoadedConnector | null }> {
    const { configSchema: schema } = this.registry.get(draft.category, draft.providerType).provider;
    if (draft.connectorId === undefined) {
      if (scope.organizationId === null) throw new RecordNotFoundError();
      scope.requireAdmin(scope.organizationId);
      const plan = await this.planner.plan([], { entries: draft.entries, mode: 'replace', schema });
      return { organizationId: scope.organizationId, params: plan.params, base: null };
    }
    const base = await this.store.load(scope, draft.connectorId);
    const { connector, params: rows } = base;
    scope.requireAdmin(connector.organizationId);
    if (connector.category !== draft.category || connector.providerType !== draft.providerType)
      throw new DraftMismatchError();
    const plan = await this.planner.plan(rows, { entries: draft.entries, mode: 'merge', schema });
    return { organizationId: connector.organizationId, params: plan.params, base };
  }
}
