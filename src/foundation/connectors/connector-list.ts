import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource, SelectQueryBuilder } from 'typeorm';
import type { Scope } from '../../core/access/index.js';
import { decodeCursor, encodeCursor, type CursorKind } from '../../core/web/index.js';
import { OrganizationService } from '../base/index.js';
import type { ConnectorParam } from './connector-param.entity.js';
import { Connector, type ConnectorStatus } from './connector.entity.js';
import { ConnectorStore, type LoadedConnector } from './connector-store.js';

export const CONNECTOR_SORTS = [
  'name',
  '-name',
  'created_at',
  '-created_at',
  'last_tested_at',
  '-last_tested_at',
] as const;
export type ConnectorSort = (typeof CONNECTOR_SORTS)[number];

export interface ConnectorFilter {
  readonly organizationId?: string;
  readonly category?: string;
  readonly providerType?: string;
  readonly status?: ConnectorStatus;
  readonly isEnabled?: boolean;
  readonly isDefault?: boolean;
  /** The name contains it, in any case. */
  readonly nameContains?: string;
}

export interface ConnectorListRequest {
  readonly filter: ConnectorFilter;
  readonly sort: ConnectorSort;
  readonly limit: number;
  readonly cursor?: string;
}

export interface ConnectorListPage {
  readonly items: LoadedConnector[];
  readonly nextCursor: string | null;
}

interface SortPlan {
  /** Must be the very expression of an index of `ir_connector`. */
  readonly expression: string;
  readonly kind: CursorKind;
  /** Stands for null in a cursor, so that nulls come last either way. */
  readonly forNull: string | null;
}

const BY_NAME: SortPlan = { expression: '(lower(c.name) COLLATE "C")', kind: 'text', forNull: null };
const BY_CREATED: SortPlan = { expression: 'c.created_at', kind: 'timestamp', forNull: null };
const testedWith = (forNull: 'infinity' | '-infinity'): SortPlan => ({
  expression: `COALESCE(c.last_tested_at, '${forNull}'::timestamptz)`,
  kind: 'timestamp?',
  forNull,
});

const SORTS: Readonly<Record<ConnectorSort, SortPlan>> = {
  name: BY_NAME,
  '-name': BY_NAME,
  created_at: BY_CREATED,
  '-created_at': BY_CREATED,
  last_tested_at: testedWith('infinity'),
  '-last_tested_at': testedWith('-infinity'),
};

/** Lists connectors of one organization by keyset: the cost of a page depends neither on its position nor on the table. */
@Injectable()
export class ConnectorList {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly store: ConnectorStore,
    private readonly organizations: OrganizationService,
  ) {}

  /**
   * Without `organizationId` the scope's own organization.
   * @throws RecordNotFoundError for a foreign organization, InvalidInputError for a cursor of another list.
   */
  async list(scope: Scope, request: ConnectorListRequest): Promise<ConnectorListPage> {
    const organizationId = request.filter.organizationId ?? scope.organizationId;
    if (organizationId === null) return { items: [], nextCursor: null };
    if (request.filter.organizationId !== undefined) await this.organizations.get(scope, organizationId);
    const filter = { ...request.filter, organizationId };
    const shape = JSON.stringify(['connectors', request.sort, filter]);
    const query = this.query(filter, request.sort);
    if (request.cursor !== undefined) continueAfter(query, request.sort, { shape, cursor: request.cursor });
    const { entities, raw } = await query.limit(request.limit + 1).getRawAndEntities<{ sort_key: string | null }>();
    const page = entities.slice(0, request.limit);
    const last = page.at(-1);
    const isMore = entities.length > request.limit && last !== undefined;
    const nextCursor = isMore
      ? encodeCursor(shape, [cursorValue(request.sort, last, raw[page.length - 1]), last.id])
      : null;
    return { items: await this.withParams(page), nextCursor };
  }

  private query(filter: ConnectorFilter, sort: ConnectorSort): SelectQueryBuilder<Connector> {
    const direction = sort.startsWith('-') ? 'DESC' : 'ASC';
    const { expression } = SORTS[sort];
    const query = this.dataSource.manager
      .createQueryBuilder(Connector, 'c')
      .addSelect(expression, 'sort_key')
      .where('c.organization_id = :organizationId', filter)
      .orderBy('sort_key', direction)
      .addOrderBy('c.id', direction);
    if (filter.category !== undefined) query.andWhere('c.category = :category', filter);
    if (filter.providerType !== undefined) query.andWhere('c.provider_type = :providerType', filter);
    if (filter.status !== undefined) query.andWhere('c.status = :status', filter);
    if (filter.isEnabled !== undefined) query.andWhere('c.is_enabled = :isEnabled', filter);
    if (filter.isDefault !== undefined) query.andWhere('c.is_default = :isDefault', filter);
    if (filter.nameContains !== undefined) {
      query.andWhere(`c.name ILIKE :pattern`, { pattern: `%${filter.nameContains.replaceAll(/[\\%_]/g, '\\$&')}%` });
    }
    return query;
  }

  private async withParams(connectors: readonly Connector[]): Promise<LoadedConnector[]> {
    const params = await this.store.paramsOf(
      this.dataSource.manager,
      connectors.map(({ id }) => id),
    );
    const byConnector = new Map<string, ConnectorParam[]>(connectors.map(({ id }) => [id, []]));
    for (const param of params) byConnector.get(param.connectorId)?.push(param);
    return connectors.map((connector) => ({ connector, params: byConnector.get(connector.id) ?? [] }));
  }
}

function continueAfter(
  query: SelectQueryBuilder<Connector>,
  sort: ConnectorSort,
  at: { shape: string; cursor: string },
): void {
  const { expression, kind, forNull } = SORTS[sort];
  const [value, id] = decodeCursor(at.shape, at.cursor, [kind, 'uuid']);
  query.andWhere(`(${expression}, c.id) ${sort.startsWith('-') ? '<' : '>'} (:afterValue, :afterId)`, {
    afterValue: value ?? forNull,
    afterId: id,
  });
}

function cursorValue(
  sort: ConnectorSort,
  connector: Connector,
  raw: { sort_key: string | null } | undefined,
): string | null {
  if (SORTS[sort] === BY_NAME) return raw?.sort_key ?? '';
  const time = SORTS[sort] === BY_CREATED ? connector.createdAt : connector.lastTestedAt;
  return time?.toISOString() ?? null;
}
