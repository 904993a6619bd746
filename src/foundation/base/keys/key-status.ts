import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { Scope } from '../../../core/access/index.js';
import { Settings, type KeyProviderKind } from '../../../core/config/index.js';
import { KeyProviders, KeyRing } from '../../../core/crypto/index.js';
import { decodeCursor, type PageQuery } from '../../../core/web/index.js';

export const KEYS = 'keys';
/** The position of the instance, before every organization. */
export const FIRST_CURSOR = '00000000-0000-0000-0000-000000000000';

export interface MasterKeyView {
  /** Hex; tells nothing about the key. */
  readonly id: string;
  readonly version: number;
  readonly isCurrent: boolean;
  /** Whether the process that answers has it. */
  readonly isKnownHere: boolean;
  readonly createdAt: Date;
  readonly dataKeys: number;
}

export interface DataKeyView {
  readonly id: string;
  readonly isCurrent: boolean;
  readonly masterKeyId: string;
  readonly masterVersion: number;
  readonly createdAt: string;
  readonly retiredAt: string | null;
}

export interface OwnerKeys {
  /** `null` is the instance. */
  readonly organizationId: string | null;
  readonly organizationName: string | null;
  readonly keys: readonly DataKeyView[];
}

export interface KeyOverview {
  readonly provider: KeyProviderKind;
  readonly isSealed: boolean;
  readonly sealedReason: string | null;
  /** A master key is set that this database does not use yet. */
  readonly isNewMasterWaiting: boolean;
  readonly masterKeys: readonly MasterKeyView[];
  readonly processes: number;
  readonly organizations: number;
  readonly organizationsWithoutKey: number;
  readonly currentDataKeys: number;
  readonly retiredDataKeys: number;
}

type Counts = Omit<KeyOverview, 'provider' | 'isSealed' | 'sealedReason' | 'isNewMasterWaiting' | 'masterKeys'>;

const DATA_KEY = `json_build_object('id', k.id, 'isCurrent', k.is_current, 'masterKeyId', encode(k.master_key_id, 'hex'),
  'masterVersion', k.master_version, 'createdAt', k.created_at, 'retiredAt', k.retired_at) ORDER BY k.created_at DESC, k.id`;

/** Tells how the keys stand: ids, ages and counts, never a key. */
@Injectable()
export class KeyStatus {
  constructor(
    private readonly dataSource: DataSource,
    private readonly settings: Settings,
    private readonly providers: KeyProviders,
    private readonly ring: KeyRing,
  ) {}

  /** @throws ForbiddenError */
  async overview(scope: Scope): Promise<KeyOverview> {
    scope.requireInstanceAdmin();
    const masterKeys = await this.masterKeys();
    const { wanted } = this.providers;
    const current = masterKeys.find(({ isCurrent }) => isCurrent);
    return {
      provider: this.settings.keyProvider,
      isSealed: this.ring.isSealed,
      sealedReason: this.ring.sealedReason,
      isNewMasterWaiting: wanted !== null && wanted.masterKeyId.toString('hex') !== current?.id,
      masterKeys,
      ...(await this.counts()),
    };
  }

  /** The instance first, then organizations by id; one more than `query.limit` when there are more. @throws ForbiddenError */
  async owners(scope: Scope, query: PageQuery): Promise<OwnerKeys[]> {
    scope.requireInstanceAdmin();
    const after = query.cursor === undefined ? null : String(decodeCursor(KEYS, query.cursor, ['uuid'])[0]);
    const instance = after === null ? await this.instanceKeys() : [];
    const organizations = await this.dataSource.query<OwnerKeys[]>(
      `SELECT o.id AS "organizationId", o.name AS "organizationName",
              (SELECT coalesce(json_agg(${DATA_KEY}), '[]') FROM base_data_key k WHERE k.organization_id = o.id) AS keys
       FROM res_organization o WHERE $1::uuid IS NULL OR o.id > $1 ORDER BY o.id LIMIT $2`,
      [after, query.limit + 1 - instance.length],
    );
    return [...instance, ...organizations];
  }

  private async instanceKeys(): Promise<OwnerKeys[]> {
    return this.dataSource.query<OwnerKeys[]>(
      `SELECT NULL AS "organizationId", NULL AS "organizationName", coalesce(json_agg(${DATA_KEY}), '[]') AS keys
       FROM base_data_key k WHERE k.organization_id IS NULL`,
    );
  }

  private async masterKeys(): Promise<MasterKeyView[]> {
    const rows = await this.dataSource.query<Omit<MasterKeyView, 'isKnownHere'>[]>(
      `SELECT encode(c.master_key_id, 'hex') AS id, c.master_version AS version, c.is_current AS "isCurrent",
              c.created_at AS "createdAt",
              (SELECT count(*)::integer FROM base_data_key k WHERE k.master_key_id = c.master_key_id) AS "dataKeys"
       FROM base_key_check c ORDER BY c.is_current DESC, c.created_at`,
    );
    return rows.map((row) => ({ ...row, isKnownHere: this.providers.find(Buffer.from(row.id, 'hex')) !== undefined }));
  }

  private async counts(): Promise<Counts> {
    const [row] = await this.dataSource.query<Counts[]>(
      `SELECT (SELECT count(*)::integer FROM base_key_process WHERE seen_at > now() - interval '30 seconds') AS processes,
              (SELECT count(*)::integer FROM res_organization) AS organizations,
              (SELECT count(*)::integer FROM res_organization o WHERE NOT EXISTS
                (SELECT FROM base_data_key k WHERE k.organization_id = o.id AND k.is_current)) AS "organizationsWithoutKey",
              count(*) FILTER (WHERE is_current)::integer AS "currentDataKeys",
              count(*) FILTER (WHERE NOT is_current)::integer AS "retiredDataKeys"
       FROM base_data_key`,
    );
    if (!row) throw new Error('A query of counts has always one row');
    return row;
  }
}
