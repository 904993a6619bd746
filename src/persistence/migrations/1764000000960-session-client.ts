import type { MigrationInterface, QueryRunner } from 'typeorm';

/** From where a session is used, for the list that its user sees; and since when older API tokens of a user are void. */
export class SessionClient1764000000960 implements MigrationInterface {
  readonly name = 'SessionClient1764000000960';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('ALTER TABLE auth_session ADD COLUMN address text, ADD COLUMN user_agent varchar(512)');
    await queryRunner.query('CREATE INDEX auth_session_list ON auth_session (user_id, created_at DESC, id DESC)');
    await queryRunner.query('DROP INDEX auth_session_user');
    await queryRunner.query('ALTER TABLE res_user ADD COLUMN disabled_at timestamptz(3)');
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('ALTER TABLE res_user DROP COLUMN disabled_at');
    await queryRunner.query('CREATE INDEX auth_session_user ON auth_session (user_id)');
    await queryRunner.query('DROP INDEX auth_session_list');
    await queryRunner.query('ALTER TABLE auth_session DROP COLUMN address, DROP COLUMN user_agent');
  }
}
