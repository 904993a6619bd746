import { ApiProperty } from '@nestjs/swagger';
import type { Page } from '../../../core/web/index.js';
import type { DataKeyView, KeyOverview, MasterKeyView, OwnerKeys } from '../keys/key-status.js';

export class MasterKeyResponse {
  @ApiProperty({
    description: 'Names the key and tells nothing about it.',
    example: 'b5d4045c3f466fa91fe2cc6abe79232a',
  })
  id!: string;

  @ApiProperty({ description: 'Of a key in a service that has versions.', example: 1 })
  version!: number;

  @ApiProperty({ description: 'It wraps new data keys.', example: true })
  is_current!: boolean;

  @ApiProperty({ description: 'The process that answers has it.', example: true })
  is_known!: boolean;

  @ApiProperty({ format: 'date-time', example: '2026-11-24T09:30:00.000Z' })
  created_at!: string;

  @ApiProperty({ description: 'How many keys it wraps.', example: 12 })
  data_keys!: number;

  static from(this: void, key: MasterKeyView): MasterKeyResponse {
    return {
      id: key.id,
      version: key.version,
      is_current: key.isCurrent,
      is_known: key.isKnownHere,
      created_at: key.createdAt.toISOString(),
      data_keys: key.dataKeys,
    };
  }
}

export class DataKeyResponse {
  @ApiProperty({ format: 'uuid', example: '01935a5e-7d2c-7c3a-9b1e-2f6f0c9a1b20' })
  id!: string;

  @ApiProperty({ description: 'New ciphertext is made with it.', example: true })
  is_current!: boolean;

  @ApiProperty({ example: 'b5d4045c3f466fa91fe2cc6abe79232a' })
  master_key_id!: string;

  @ApiProperty({ example: 1 })
  master_version!: number;

  @ApiProperty({ format: 'date-time', example: '2026-11-24T09:30:00.000Z' })
  created_at!: string;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'Since when another one is current; it is removed once nothing stands under it.',
    example: null,
  })
  retired_at!: string | null;

  static from(this: void, key: DataKeyView): DataKeyResponse {
    return {
      id: key.id,
      is_current: key.isCurrent,
      master_key_id: key.masterKeyId,
      master_version: key.masterVersion,
      created_at: new Date(key.createdAt).toISOString(),
      retired_at: key.retiredAt === null ? null : new Date(key.retiredAt).toISOString(),
    };
  }
}

export class OwnerKeysResponse {
  @ApiProperty({
    type: String,
    format: 'uuid',
    nullable: true,
    description: '`null`: the instance itself.',
    example: '01935a5e-7d2c-7c3a-9b1e-2f6f0c9a1b10',
  })
  organization_id!: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'Acme GmbH' })
  organization_name!: string | null;

  @ApiProperty({ type: [DataKeyResponse] })
  keys!: DataKeyResponse[];

  static from(this: void, { organizationId, organizationName, keys }: OwnerKeys): OwnerKeysResponse {
    return {
      organization_id: organizationId,
      organization_name: organizationName,
      keys: keys.map(DataKeyResponse.from),
    };
  }
}

export class KeysResponse implements Page<OwnerKeysResponse> {
  @ApiProperty({ enum: ['environment', 'file', 'vault'], description: 'Who holds the master key.', example: 'file' })
  provider!: 'environment' | 'file' | 'vault';

  @ApiProperty({ description: 'The process that answers cannot use the keys.', example: false })
  is_sealed!: boolean;

  @ApiProperty({ type: String, nullable: true, description: 'Why.', example: null })
  sealed_reason!: string | null;

  @ApiProperty({ description: 'Another master key is set: a rotation of kind `master` moves to it.', example: false })
  is_new_master_waiting!: boolean;

  @ApiProperty({ type: [MasterKeyResponse] })
  master_keys!: MasterKeyResponse[];

  @ApiProperty({ description: 'Processes that were seen in the last 30 seconds.', example: 1 })
  processes!: number;

  @ApiProperty({ example: 11 })
  organizations!: number;

  @ApiProperty({ description: 'Above 0 keys were lost: restore them from a backup.', example: 0 })
  organizations_without_key!: number;

  @ApiProperty({ example: 13 })
  current_data_keys!: number;

  @ApiProperty({ example: 0 })
  retired_data_keys!: number;

  @ApiProperty({ type: [OwnerKeysResponse] })
  items!: OwnerKeysResponse[];

  @ApiProperty({ type: String, nullable: true, description: 'Cursor of the next page of `items`.', example: null })
  next_cursor!: string | null;

  static from(this: void, overview: KeyOverview, page: Page<OwnerKeysResponse>): KeysResponse {
    return {
      provider: overview.provider,
      is_sealed: overview.isSealed,
      sealed_reason: overview.sealedReason,
      is_new_master_waiting: overview.isNewMasterWaiting,
      master_keys: overview.masterKeys.map(MasterKeyResponse.from),
      processes: overview.processes,
      organizations: overview.organizations,
      organizations_without_key: overview.organizationsWithoutKey,
      current_data_keys: overview.currentDataKeys,
      retired_data_keys: overview.retiredDataKeys,
      items: page.items,
      next_cursor: page.next_cursor,
    };
  }
}
