import { ApiProperty } from '@nestjs/swagger';
import { organizationOf } from '../chain/chain-link.js';
import { FINDINGS, type BrokenPlace, type Finding, type Verification } from '../chain/verification.js';

const HASH = 'b94d27b9934d3e08a52e52d7da7dabfac484efe37a5380ee9088f7ace2efcde9';

/** The first place at which the trail is not what was written. */
export class BrokenPlaceResponse {
  @ApiProperty({ type: 'integer', example: 41 })
  sequence!: number;

  @ApiProperty({
    type: String,
    format: 'uuid',
    nullable: true,
    description: 'The event at that place, when there is one.',
    example: '01935a5e-7d2c-7c3a-9b1e-2f6f0c9a1b25',
  })
  event_id!: string | null;

  @ApiProperty({ enum: Object.keys(FINDINGS), example: 'changed' })
  finding!: Finding;

  @ApiProperty({ example: FINDINGS.changed })
  message!: string;

  static from({ sequence, rowId, finding }: BrokenPlace): BrokenPlaceResponse {
    return { sequence, event_id: rowId, finding, message: FINDINGS[finding] };
  }
}

/** The newest event: who keeps this elsewhere notices later when the whole trail is put back to an older state. */
export class TrailEndResponse {
  @ApiProperty({ type: 'integer', example: 1207 })
  sequence!: number;

  @ApiProperty({ example: HASH })
  hash!: string;
}

export class VerificationResponse {
  @ApiProperty({
    type: String,
    format: 'uuid',
    nullable: true,
    description: '`null` for the instance.',
    example: '01935a5e-7d2c-7c3a-9b1e-2f6f0c9a1b10',
  })
  organization_id!: string | null;

  @ApiProperty({
    enum: ['intact', 'unsigned', 'broken'],
    description:
      'Of the events that were checked. `unsigned`: all are linked, but some carry no signature: they were written while the server was sealed, or somebody removed it.',
    example: 'intact',
  })
  outcome!: Verification['outcome'];

  @ApiProperty({ type: 'integer', description: 'Events that were checked.', example: 1207 })
  checked!: number;

  @ApiProperty({ type: 'integer', description: 'Place of the last one that was checked.', example: 1207 })
  through!: number;

  @ApiProperty({
    type: 'integer',
    nullable: true,
    description: 'When not `null`: ask again with this as `after` for the rest.',
    example: null,
  })
  next_after!: number | null;

  @ApiProperty({ type: 'integer', example: 0 })
  unsigned!: number;

  @ApiProperty({ type: 'integer', nullable: true, example: null })
  first_unsigned!: number | null;

  @ApiProperty({ type: BrokenPlaceResponse, nullable: true, example: null })
  broken!: BrokenPlaceResponse | null;

  @ApiProperty({ type: TrailEndResponse })
  end!: TrailEndResponse;

  static from(verification: Verification): VerificationResponse {
    const { chain, outcome, rows, through, nextAfter, unsignedRows, firstUnsigned, broken, end } = verification;
    return {
      organization_id: organizationOf(chain),
      outcome,
      checked: rows,
      through,
      next_after: nextAfter,
      unsigned: unsignedRows,
      first_unsigned: firstUnsigned,
      broken: broken && BrokenPlaceResponse.from(broken),
      end: { sequence: end.sequence, hash: end.hash },
    };
  }
}
