import { ApiProperty } from '@nestjs/swagger';
import { PageOf } from '../../../core/web/index.js';
import type { RotationProgress, RotationView } from '../keys/rotation/rotation.service.js';

export class RotationProgressResponse {
  @ApiProperty({ description: 'What is worked on.', example: 'ir_connector_param.value' })
  kind!: string;

  @ApiProperty({ example: 1200 })
  total!: number;

  @ApiProperty({ description: 'Looked at so far.', example: 800 })
  done!: number;

  @ApiProperty({ description: 'Encrypted or wrapped anew.', example: 800 })
  changed!: number;

  @ApiProperty({ description: 'Damaged: left as they are, with their key.', example: 0 })
  unreadable!: number;

  static from(this: void, { kind, total, done, changed, unreadable }: RotationProgress): RotationProgressResponse {
    return { kind, total, done, changed, unreadable };
  }
}

export class RotationResponse {
  @ApiProperty({ format: 'uuid', example: '01935a5e-7d2c-7c3a-9b1e-2f6f0c9a1b30' })
  id!: string;

  @ApiProperty({ enum: ['data', 'master'], example: 'data' })
  kind!: 'data' | 'master';

  @ApiProperty({ type: String, format: 'uuid', nullable: true, description: '`null`: all.', example: null })
  organization_id!: string | null;

  @ApiProperty({
    enum: ['waiting', 'running', 'completed'],
    description: '`waiting`: nothing is changed yet; `note` says what for.',
    example: 'running',
  })
  status!: 'waiting' | 'running' | 'completed';

  @ApiProperty({ type: String, nullable: true, description: 'Why it stands still.', example: null })
  note!: string | null;

  @ApiProperty({
    type: String,
    format: 'uuid',
    nullable: true,
    description: 'A user; `null`: command line.',
    example: null,
  })
  requested_by!: string | null;

  @ApiProperty({ format: 'date-time', example: '2026-11-24T09:30:00.000Z' })
  created_at!: string;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, example: '2026-11-24T09:30:01.000Z' })
  started_at!: string | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, example: null })
  finished_at!: string | null;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'When the replaced data keys were removed, some time after the end.',
    example: null,
  })
  keys_removed_at!: string | null;

  @ApiProperty({ type: [RotationProgressResponse] })
  progress!: RotationProgressResponse[];

  static from(this: void, rotation: RotationView): RotationResponse {
    return {
      id: rotation.id,
      kind: rotation.kind,
      organization_id: rotation.organizationId,
      status: rotation.status,
      note: rotation.note,
      requested_by: rotation.requestedBy,
      created_at: rotation.createdAt.toISOString(),
      started_at: rotation.startedAt?.toISOString() ?? null,
      finished_at: rotation.finishedAt?.toISOString() ?? null,
      keys_removed_at: rotation.removedAt?.toISOString() ?? null,
      progress: rotation.progress.map(RotationProgressResponse.from),
    };
  }
}

export class RotationPage extends PageOf(RotationResponse) {}
