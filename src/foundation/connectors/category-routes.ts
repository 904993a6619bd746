import { Injectable } from '@nestjs/common';
import type { Scope } from '../../core/access/index.js';
import { ConnectorRegistry, type ConnectorCategory } from '../../core/connectors/index.js';
import { OrganizationService } from '../base/index.js';
import type { Connector } from './connector.entity.js';
import { ConnectorStore } from './connector-store.js';

/** A category with what an organization's use of it goes through now. */
export interface CategoryRoute {
  readonly category: ConnectorCategory;
  /** The active default; `null`: the built-in adapter, where there is one. */
  readonly connector: Connector | null;
}

/** Tells what each category routes to. */
@Injectable()
export class CategoryRoutes {
  constructor(
    private readonly registry: ConnectorRegistry,
    private readonly store: ConnectorStore,
    private readonly organizations: OrganizationService,
  ) {}

  /**
   * All declared categories by display name.
   * @param asked `undefined` is the scope's own organization.
   * @throws RecordNotFoundError for a foreign organization.
   */
  async list(scope: Scope, asked?: string): Promise<CategoryRoute[]> {
    if (asked !== undefined) await this.organizations.get(scope, asked);
    const organizationId = asked ?? scope.organizationId;
    const active = organizationId === null ? [] : await this.store.findAllRouting(organizationId);
    const byCategory = new Map(active.map((connector) => [connector.category, connector]));
    return this.registry
      .categories()
      .map((category) => ({ category, connector: byCategory.get(category.key) ?? null }));
  }
}
