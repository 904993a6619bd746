import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Targets that instance admins allow besides public addresses. */
export class Egress1764000001000 implements MigrationInterface {
  readonly name = 'Egress1764000001000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE egress_allow_entry (
        id uuid PRIMARY KEY,
        entry varchar(300) NOT NULL UNIQUE CHECK (entry <> ''),
        comment varchar(255) NOT NULL DEFAULT '',
        created_by uuid REFERENCES res_user (id),
        created_at timestamptz(3) NOT NULL DEFAULT now()
      )`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE egress_allow_entry');
  }
}
