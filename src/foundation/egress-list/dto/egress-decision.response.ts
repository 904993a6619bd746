import { ApiProperty } from '@nestjs/swagger';
import {
  ALLOWED_BECAUSE,
  BLOCKED_BECAUSE,
  UNDECIDED_BECAUSE,
  type EgressDecision,
} from '../../../core/egress/index.js';

const ADDRESS_REASONS = [...ALLOWED_BECAUSE, ...BLOCKED_BECAUSE];
const REASONS = [...ADDRESS_REASONS, ...UNDECIDED_BECAUSE];
type Reason = EgressDecision['reason'];

/** For people, by reason. */
const TEXTS: Readonly<Record<Reason, string>> = {
  public: 'A public address',
  listed: 'On the allow-list',
  set_by_operator: 'Set by the operator',
  policy_off: 'EDE_EGRESS_POLICY is off',
  cloud_metadata: 'Cloud metadata: never allowed',
  own_database: 'The own database of this application: never allowed',
  plain_http: 'Plain http goes only to listed targets: use https, or add an entry',
  not_listed: 'Not a public address, and not on the allow-list',
  malformed: 'Not an http or https URL, or not a host',
  not_resolved: 'The host name is not known to the name service',
  list_unreadable: 'The allow-list cannot be read at the moment',
};

export class CheckedAddressResponse {
  @ApiProperty({ example: '10.0.0.7' })
  address!: string;

  @ApiProperty({ example: true })
  is_allowed!: boolean;

  @ApiProperty({ enum: ADDRESS_REASONS, example: 'listed' })
  reason!: string;

  @ApiProperty({ type: String, nullable: true, description: 'What lists it.', example: 'minio.internal:9000' })
  entry!: string | null;
}

/** What would become of a connection. */
export class EgressDecisionResponse {
  @ApiProperty({ description: 'Whether every address is allowed.', example: true })
  is_allowed!: boolean;

  @ApiProperty({ enum: REASONS, description: 'That of the first blocked address, if any.', example: 'listed' })
  reason!: string;

  @ApiProperty({ description: 'The reason for people.', example: 'On the allow-list' })
  message!: string;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'As the policy sees it; `null` when malformed.',
    example: 'minio.internal',
  })
  host!: string | null;

  @ApiProperty({ type: Number, nullable: true, example: 9000 })
  port!: number | null;

  @ApiProperty({
    type: [CheckedAddressResponse],
    description: 'All answers of the name service, or the address itself.',
  })
  addresses!: CheckedAddressResponse[];

  static from(this: void, { isAllowed, reason, target, addresses }: EgressDecision): EgressDecisionResponse {
    return {
      is_allowed: isAllowed,
      reason,
      message: TEXTS[reason],
      host: target?.host ?? null,
      port: target?.port ?? null,
      addresses: addresses.map(({ isAllowed: is_allowed, ...address }) => ({ ...address, is_allowed })),
    };
  }
}
