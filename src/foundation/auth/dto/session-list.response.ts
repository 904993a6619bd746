import { ApiProperty } from '@nestjs/swagger';
import { PageOf } from '../../../core/web/index.js';
import type { SessionRecord } from '../sessions/session-list.js';

export class SessionItemResponse {
  @ApiProperty({ format: 'uuid', example: '01935a5e-7d2c-7c3a-9b1e-2f6f0c9a1b31' })
  id!: string;

  @ApiProperty({ description: 'The session that asks.', example: true })
  is_current!: boolean;

  @ApiProperty({ format: 'date-time', example: '2026-11-24T09:30:00.000Z' })
  created_at!: string;

  @ApiProperty({ format: 'date-time', description: 'Right to the minute.', example: '2026-11-24T11:02:00.000Z' })
  last_seen_at!: string;

  @ApiProperty({
    format: 'date-time',
    description: 'When it ends, also when it is used.',
    example: '2026-12-01T09:30:00.000Z',
  })
  expires_at!: string;

  @ApiProperty({ type: String, nullable: true, description: 'Where it was last seen.', example: '192.0.2.7' })
  address!: string | null;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'What the browser called itself at sign-in; it may lie.',
    example: 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
  })
  user_agent!: string | null;

  /** @param current the session that asks. */
  static from(record: SessionRecord, current: string | null): SessionItemResponse {
    return {
      id: record.id,
      is_current: record.id === current,
      created_at: record.createdAt.toISOString(),
      last_seen_at: record.lastUsedAt.toISOString(),
      expires_at: record.expiresAt.toISOString(),
      address: record.address,
      user_agent: record.userAgent,
    };
  }
}

export class SessionPage extends PageOf(SessionItemResponse) {}
