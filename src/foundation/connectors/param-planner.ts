import { Injectable } from '@nestjs/common';
import type { ConnectorParam } from './connector-param.entity.js';
import { assertHostBinding } from './host-binding.js';
import { assertSentValues } from './param-check.js';
import { planParams, type ParamEntry, type ParamPlan, type PlanContext } from './param-plan.js';
import { ParamVault } from './param-vault.js';

export interface PlanRequest extends PlanContext {
  readonly entries: readonly ParamEntry[];
}

/** The one way from entries to a plan: every route that takes params goes through all the rules here. */
@Injectable()
export class ParamPlanner {
  constructor(private readonly vault: ParamVault) {}

  /**
   * @param rows what is stored now.
   * @throws what {@link planParams}, {@link assertSentValues} and {@link assertHostBinding} throw.
   */
  async plan(rows: readonly ConnectorParam[], request: PlanRequest): Promise<ParamPlan> {
    const stored = await this.vault.openReadable(rows);
    const plan = planParams(request.entries, stored, request);
    assertSentValues(plan, request.schema);
    assertHostBinding(plan, stored, request.schema);
    return plan;
  }
}
