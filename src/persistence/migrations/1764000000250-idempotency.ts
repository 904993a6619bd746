import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Requests made with an Idempotency-Key, and their first answers. */
export class Idempotency1764000000250 implements MigrationInterface {
  readonly name = 'Idempotency1764000000250';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE web_idempotency_key (
        request_hash bytea PRIMARY KEY CHECK (octet_length(request_hash) = 32),
        user_id uuid NOT NULL REFERENCES res_user (id) ON DELETE CASCADE,
        body_mac bytea NOT NULL CHECK (octet_length(body_mac) = 32),
        owner uuid NOT NULL,
        lease_until timestamptz(3) NOT NULL,
        expires_at timestamptz(3) NOT NULL,
        answer bytea
      )`);
    await queryRunner.query(`CREATE INDEX web_idempotency_key_expires ON web_idempotency_key (expires_at)`);
    await queryRunner.query(`CREATE INDEX web_idempotency_key_user ON web_idempotency_key (user_id)`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`DROP TABLE web_idempotency_key`);
  }
}
