import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A consent is for the config that it was started with. */
export class ConsentVersion1764000001010 implements MigrationInterface {
  readonly name = 'ConsentVersion1764000001010';

  async up(queryRunner: QueryRunner): Promise<void> {
    // Nobody knows what those under way were started with; they live ten minutes.
    await queryRunner.query('DELETE FROM ir_connector_oauth_state');
    await queryRunner.query('ALTER TABLE ir_connector_oauth_state ADD COLUMN config_version integer NOT NULL');
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('ALTER TABLE ir_connector_oauth_state DROP COLUMN config_version');
  }
}
