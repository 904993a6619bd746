import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Consents under way, and the access tokens of connectors with the lease of whoever refreshes them. */
export class OAuth1764000000600 implements MigrationInterface {
  readonly name = 'OAuth1764000000600';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE ir_connector_oauth_state (
        nonce_hash bytea PRIMARY KEY CHECK (octet_length(nonce_hash) = 32),
        user_id uuid NOT NULL REFERENCES res_user (id) ON DELETE CASCADE,
        session_id uuid REFERENCES auth_session (id) ON DELETE CASCADE,
        organization_id uuid NOT NULL,
        connector_id uuid NOT NULL,
        provider_type varchar(64) NOT NULL,
        redirect_uri text NOT NULL,
        code_verifier bytea,
        expires_at timestamptz(3) NOT NULL,
        FOREIGN KEY (organization_id, connector_id) REFERENCES ir_connector (organization_id, id) ON DELETE CASCADE
      )`);
    await queryRunner.query(`CREATE INDEX ir_connector_oauth_state_expires ON ir_connector_oauth_state (expires_at)`);
    // What a deleted parent takes with it is found by these.
    await queryRunner.query(`CREATE INDEX ir_connector_oauth_state_user ON ir_connector_oauth_state (user_id)`);
    await queryRunner.query(`CREATE INDEX ir_connector_oauth_state_session ON ir_connector_oauth_state (session_id)`);
    await queryRunner.query(`
      CREATE INDEX ir_connector_oauth_state_connector ON ir_connector_oauth_state (organization_id, connector_id)`);
    await queryRunner.query(`
      CREATE TABLE ir_connector_token (
        connector_id uuid NOT NULL,
        grant_name varchar(32) NOT NULL,
        organization_id uuid NOT NULL,
        config_version integer,
        access_token bytea,
        scopes text,
        fresh_until timestamptz(3),
        token_fence bigint,
        fence bigint NOT NULL DEFAULT 0,
        lease_owner uuid,
        lease_until timestamptz(3),
        PRIMARY KEY (connector_id, grant_name),
        CHECK (access_token IS NULL OR (config_version IS NOT NULL AND token_fence IS NOT NULL)),
        CHECK ((lease_owner IS NULL) = (lease_until IS NULL)),
        FOREIGN KEY (organization_id, connector_id) REFERENCES ir_connector (organization_id, id) ON DELETE CASCADE
      )`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE ir_connector_token, ir_connector_oauth_state');
  }
}
