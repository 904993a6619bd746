import { ApiProperty } from '@nestjs/swagger';
import { EGRESS_POLICIES, type EgressPolicy } from '../../../core/config/index.js';
import { ALLOW_LIST_BOUND_MS, NEVER_ALLOWED } from '../../../core/egress/index.js';
import type { EgressEntry } from '../egress-entry.entity.js';

export class EgressEntryResponse {
  @ApiProperty({ format: 'uuid', example: '01935a5e-7d2c-7c3a-9b1e-2f6f0c9a1b40' })
  id!: string;

  @ApiProperty({ description: 'In its canonical form.', example: 'minio.internal:9000' })
  entry!: string;

  @ApiProperty({ description: 'What it is for; may be empty.', example: 'Object storage in our own network' })
  comment!: string;

  @ApiProperty({
    type: String,
    format: 'uuid',
    nullable: true,
    description: 'The user who added it.',
    example: '01935a5e-7d2c-7c3a-9b1e-2f6f0c9a1b01',
  })
  created_by!: string | null;

  @ApiProperty({ format: 'date-time', example: '2026-11-24T09:30:00.000Z' })
  created_at!: string;

  static from(this: void, entry: EgressEntry): EgressEntryResponse {
    return {
      id: entry.id,
      entry: entry.entry,
      comment: entry.comment,
      created_by: entry.createdBy,
      created_at: entry.createdAt.toISOString(),
    };
  }
}

export interface EgressView {
  readonly policy: EgressPolicy;
  readonly environmentEntries: readonly string[];
  readonly entries: readonly EgressEntry[];
}

/** What connectors may reach. */
export class EgressPolicyResponse {
  @ApiProperty({
    enum: EGRESS_POLICIES,
    description:
      '`allowlist`: public addresses and listed targets; an empty list equals `strict`. `strict`: public addresses only. `off`: everything but what is never allowed. Set by `EDE_EGRESS_POLICY`.',
    example: 'allowlist',
  })
  policy!: EgressPolicy;

  @ApiProperty({ description: 'Whether the entries count: only with the policy `allowlist`.', example: true })
  is_list_in_force!: boolean;

  @ApiProperty({
    type: [String],
    description: 'Those of `EDE_EGRESS_ALLOW`; changed there only.',
    example: ['10.0.0.0/8:9000'],
  })
  environment_entries!: string[];

  @ApiProperty({ type: [EgressEntryResponse], description: 'Newest first, all of them.' })
  entries!: EgressEntryResponse[];

  @ApiProperty({
    enum: NEVER_ALLOWED,
    isArray: true,
    description: 'Stays blocked with every policy and every entry.',
    example: [...NEVER_ALLOWED],
  })
  never_allowed!: string[];

  @ApiProperty({
    description: 'Milliseconds after which a change counts for new connections of every process at the latest.',
    example: ALLOW_LIST_BOUND_MS,
  })
  in_force_within_ms!: number;

  static from(this: void, { policy, environmentEntries, entries }: EgressView): EgressPolicyResponse {
    return {
      policy,
      is_list_in_force: policy === 'allowlist',
      environment_entries: [...environmentEntries],
      entries: entries.map(EgressEntryResponse.from),
      never_allowed: [...NEVER_ALLOWED],
      in_force_within_ms: ALLOW_LIST_BOUND_MS,
    };
  }
}
