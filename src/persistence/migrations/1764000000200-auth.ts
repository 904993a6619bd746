import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Sessions, API tokens, one-time tokens and the counters of failed sign-ins. Tokens stand here as SHA-256 only. */
export class Auth1764000000200 implements MigrationInterface {
  readonly name = 'Auth1764000000200';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE auth_session (
        id uuid PRIMARY KEY,
        user_id uuid NOT NULL REFERENCES res_user (id),
        token_hash bytea NOT NULL UNIQUE CHECK (octet_length(token_hash) = 32),
        session_epoch integer NOT NULL,
        organization_id uuid REFERENCES res_organization (id),
        confirmed_until timestamptz(3),
        created_at timestamptz(3) NOT NULL DEFAULT now(),
        last_used_at timestamptz(3) NOT NULL DEFAULT now(),
        expires_at timestamptz(3) NOT NULL
      )`);
    await queryRunner.query(`CREATE INDEX auth_session_user ON auth_session (user_id)`);
    await queryRunner.query(`
      CREATE TABLE auth_token (
        id uuid PRIMARY KEY,
        user_id uuid NOT NULL REFERENCES res_user (id),
        organization_id uuid NOT NULL REFERENCES res_organization (id),
        name varchar(255) NOT NULL CHECK (name <> ''),
        token_hash bytea NOT NULL UNIQUE CHECK (octet_length(token_hash) = 32),
        scopes varchar(16)[] NOT NULL
          CHECK (scopes <@ ARRAY['read', 'write', 'send', 'secrets:read', 'admin']::varchar(16)[]),
        created_at timestamptz(3) NOT NULL DEFAULT now(),
        last_used_at timestamptz(3),
        expires_at timestamptz(3)
      )`);
    await queryRunner.query(`CREATE INDEX auth_token_list ON auth_token (user_id, created_at DESC, id DESC)`);
    await this.createSignInTables(queryRunner);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`DROP TABLE auth_login_limit, auth_setup_token, auth_token, auth_session`);
  }

  private async createSignInTables(queryRunner: QueryRunner): Promise<void> {
    // Without a user it opens the first setup, with one it sets his password.
    await queryRunner.query(`
      CREATE TABLE auth_setup_token (
        id uuid PRIMARY KEY,
        user_id uuid REFERENCES res_user (id),
        token_hash bytea NOT NULL UNIQUE CHECK (octet_length(token_hash) = 32),
        created_at timestamptz(3) NOT NULL DEFAULT now(),
        expires_at timestamptz(3) NOT NULL
      )`);
    await queryRunner.query(`
      CREATE TABLE auth_login_limit (
        key bytea PRIMARY KEY CHECK (octet_length(key) = 32),
        failures integer NOT NULL,
        expires_at timestamptz(3) NOT NULL
      )`);
    await queryRunner.query(`CREATE INDEX auth_login_limit_expiry ON auth_login_limit (expires_at)`);
  }
}
