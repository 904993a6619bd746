import { ApiProperty } from '@nestjs/swagger';
import { BUILT_IN, DELIVERY_STATUSES, type Delivery, type DeliveryStatus } from './delivery.js';

const ID = '01935a5e-7d2c-7c3a-9b1e-2f6f0c9a1b31';
const CONNECTOR = '01935a5e-7d2c-7c3a-9b1e-2f6f0c9a1b22';
const ORGANIZATION = '01935a5e-7d2c-7c3a-9b1e-2f6f0c9a1b21';
/** Of a row in a list. */
export const UNREADABLE =
  'The content can no longer be decrypted, say after a restore without its key: it is left out of the list, and asking for the message gives 409.';
const TIME = '2026-11-24T09:30:00.000Z';

/** The answer to a message that was accepted. */
export class AcceptedResponse {
  @ApiProperty({ format: 'uuid', example: ID })
  id!: string;

  @ApiProperty({ enum: DELIVERY_STATUSES, example: 'queued' })
  status!: DeliveryStatus;

  static from({ id, status }: Delivery): AcceptedResponse {
    return { id, status };
  }
}

/** What became of a message; a category adds what the message says. */
export class DeliveryResponse extends AcceptedResponse {
  @ApiProperty({ format: 'uuid', example: ORGANIZATION })
  organization_id!: string;

  @ApiProperty({ type: 'integer', description: 'Attempts so far, with the running one; at most three.', example: 1 })
  attempts!: number;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'Why the last attempt failed, or which recipients a successful one left out.',
    example: null,
  })
  last_error!: string | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, description: 'Set while queued.', example: TIME })
  next_attempt_at!: string | null;

  @ApiProperty({
    type: String,
    format: 'uuid',
    nullable: true,
    description:
      'The connector of the last attempt, or of the next; `null` is the built-in transport, or a deleted one.',
    example: CONNECTOR,
  })
  connector_id!: string | null;

  @ApiProperty({
    description: `Provider of that connector; \`${BUILT_IN}\` for the built-in transport.`,
    example: 'gmail',
  })
  provider_type!: string;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'The id that the service gave the message, when it gives one.',
    example: null,
  })
  remote_id!: string | null;

  @ApiProperty({ format: 'date-time', example: TIME })
  created_at!: string;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'When it was sent or given up.',
    example: null,
  })
  finished_at!: string | null;

  static override from(delivery: Delivery): DeliveryResponse {
    return {
      id: delivery.id,
      organization_id: delivery.organizationId,
      status: delivery.status,
      attempts: delivery.attempts,
      last_error: delivery.lastError,
      next_attempt_at: delivery.nextAttemptAt?.toISOString() ?? null,
      connector_id: delivery.connectorId,
      provider_type: delivery.providerType,
      remote_id: delivery.remoteId,
      created_at: delivery.createdAt.toISOString(),
      finished_at: delivery.finishedAt?.toISOString() ?? null,
    };
  }
}
