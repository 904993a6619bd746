import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What the audit needs to tell an ended session or token from a made-up one, and to say so once and not each time. */
export class Denials1764000001500 implements MigrationInterface {
  readonly name = 'Denials1764000001500';

  async up(queryRunner: QueryRunner): Promise<void> {
    // What a row says was written down lately; lost with a crash of the database, which costs a second row.
    await queryRunner.query(`
      CREATE UNLOGGED TABLE auth_denial_note (
        key bytea PRIMARY KEY CHECK (octet_length(key) = 32),
        expires_at timestamptz(3) NOT NULL
      )`);
    await queryRunner.query(`CREATE INDEX auth_denial_note_expiry ON auth_denial_note (expires_at)`);
    await queryRunner.query(`
      CREATE TABLE auth_ended_credential (
        token_hash bytea PRIMARY KEY CHECK (octet_length(token_hash) = 32),
        session_id uuid,
        token_id uuid,
        user_id uuid NOT NULL REFERENCES res_user (id),
        organization_id uuid REFERENCES res_organization (id),
        ended_at timestamptz(3) NOT NULL DEFAULT now(),
        CHECK (num_nonnulls(session_id, token_id) = 1)
      )`);
    await queryRunner.query(`CREATE INDEX auth_ended_credential_end ON auth_ended_credential (ended_at)`);
    await this.rememberWhatEnds(queryRunner);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TRIGGER auth_session_ends ON auth_session');
    await queryRunner.query('DROP TRIGGER auth_token_ends ON auth_token');
    await queryRunner.query('DROP FUNCTION auth_remember_ended()');
    await queryRunner.query('DROP TABLE auth_ended_credential, auth_denial_note');
  }

  /** Triggers, so that no way to end a session or token can forget it. Each also removes what is older than 30 days. */
  private async rememberWhatEnds(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE FUNCTION auth_remember_ended() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        IF TG_TABLE_NAME = 'auth_session' THEN
          INSERT INTO auth_ended_credential (token_hash, session_id, user_id)
          SELECT token_hash, id, user_id FROM ended ON CONFLICT DO NOTHING;
        ELSE
          INSERT INTO auth_ended_credential (token_hash, token_id, user_id, organization_id)
          SELECT token_hash, id, user_id, organization_id FROM ended ON CONFLICT DO NOTHING;
        END IF;
        DELETE FROM auth_ended_credential WHERE token_hash IN (
          SELECT token_hash FROM auth_ended_credential WHERE ended_at < now() - interval '30 days'
          ORDER BY ended_at LIMIT 100 FOR UPDATE SKIP LOCKED);
        RETURN NULL;
      END $$`);
    for (const kind of ['session', 'token']) {
      await queryRunner.query(`
        CREATE TRIGGER auth_${kind}_ends AFTER DELETE ON auth_${kind}
        REFERENCING OLD TABLE AS ended EXECUTE FUNCTION auth_remember_ended()`);
    }
  }
}
