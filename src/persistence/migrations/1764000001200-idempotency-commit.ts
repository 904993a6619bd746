import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Whether a request with an Idempotency-Key has committed anything: one that has is not run again without its answer. */
export class IdempotencyCommit1764000001200 implements MigrationInterface {
  readonly name = 'IdempotencyCommit1764000001200';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('ALTER TABLE web_idempotency_key ADD COLUMN is_committed boolean NOT NULL DEFAULT false');
    await queryRunner.query('UPDATE web_idempotency_key SET is_committed = true WHERE answer IS NOT NULL');
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('ALTER TABLE web_idempotency_key DROP COLUMN is_committed');
  }
}
