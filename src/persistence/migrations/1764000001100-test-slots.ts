import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Connection tests that run now, so that processes count them together. */
export class TestSlots1764000001100 implements MigrationInterface {
  readonly name = 'TestSlots1764000001100';

  async up(queryRunner: QueryRunner): Promise<void> {
    // Unlogged: after a crash of the database no test runs any more.
    await queryRunner.query(`
      CREATE UNLOGGED TABLE ir_connector_test_slot (
        id uuid PRIMARY KEY,
        organization_id uuid NOT NULL REFERENCES res_organization (id) ON DELETE CASCADE,
        expires_at timestamptz(3) NOT NULL
      )`);
    await queryRunner.query(`
      CREATE INDEX ir_connector_test_slot_organization ON ir_connector_test_slot (organization_id, expires_at)`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE ir_connector_test_slot');
  }
}
