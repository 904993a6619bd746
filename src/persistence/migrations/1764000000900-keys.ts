import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Keys of the instance, versions of master keys, processes that tell what they know, and rotations. */
export class Keys1764000000900 implements MigrationInterface {
  readonly name = 'Keys1764000000900';

  async up(queryRunner: QueryRunner): Promise<void> {
    await this.widenKeys(queryRunner);
    await queryRunner.query(`
      CREATE TABLE base_key_state (
        id boolean PRIMARY KEY DEFAULT true CHECK (id),
        is_initialised boolean NOT NULL DEFAULT false,
        epoch bigint NOT NULL DEFAULT 0
      )`);
    await queryRunner.query(`INSERT INTO base_key_state DEFAULT VALUES`);
    await queryRunner.query(`
      CREATE TABLE base_key_process (
        id uuid PRIMARY KEY,
        label varchar(255) NOT NULL,
        master_key_ids text[] NOT NULL,
        is_sealed boolean NOT NULL,
        epoch bigint NOT NULL,
        seen_at timestamptz(3) NOT NULL
      )`);
    await this.createRotations(queryRunner);
    // A rotation walks over the rows of one organization at a time.
    await queryRunner.query(`CREATE INDEX ir_connector_param_organization ON ir_connector_param (organization_id, id)`);
    await queryRunner.query(`
      CREATE INDEX ir_connector_token_organization ON ir_connector_token (organization_id, connector_id, grant_name)`);
    // Their codes and answers were made under keys derived from the master key, which are used no more.
    await queryRunner.query(`DELETE FROM web_idempotency_key`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`DROP INDEX ir_connector_token_organization, ir_connector_param_organization`);
    await queryRunner.query(`DROP TABLE base_key_rotation_kind`);
    await queryRunner.query(`ALTER TABLE base_data_key DROP COLUMN rotation_id`);
    await queryRunner.query(`DROP TABLE base_key_rotation, base_key_process, base_key_state`);
    await queryRunner.query(`DELETE FROM web_idempotency_key`);
    await queryRunner.query(`DELETE FROM base_data_key WHERE organization_id IS NULL`);
    await queryRunner.query(`DROP INDEX base_data_key_instance`);
    await queryRunner.query(`
      ALTER TABLE base_data_key
      DROP CONSTRAINT base_data_key_mac, DROP CONSTRAINT base_data_key_wrapped_key_check,
      ADD CONSTRAINT base_data_key_wrapped_key_check CHECK (octet_length(wrapped_key) = 61),
      DROP COLUMN purpose, DROP COLUMN master_version, DROP COLUMN retired_at,
      ALTER COLUMN organization_id SET NOT NULL`);
    await queryRunner.query(`
      ALTER TABLE base_key_check
      DROP COLUMN master_version,
      ADD CONSTRAINT base_key_check_check_value_check CHECK (octet_length(check_value) = 32)`);
  }

  /** A remote provider's ciphertexts are longer than our own. */
  private async widenKeys(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      ALTER TABLE base_key_check
      ADD COLUMN master_version integer NOT NULL DEFAULT 1 CHECK (master_version > 0),
      DROP CONSTRAINT base_key_check_check_value_check`);
    await queryRunner.query(`
      ALTER TABLE base_data_key
      ADD COLUMN purpose varchar(8) NOT NULL DEFAULT 'data' CHECK (purpose IN ('data', 'mac')),
      ADD COLUMN master_version integer NOT NULL DEFAULT 1 CHECK (master_version > 0),
      ADD COLUMN retired_at timestamptz(3),
      ALTER COLUMN organization_id DROP NOT NULL,
      DROP CONSTRAINT base_data_key_wrapped_key_check,
      ADD CONSTRAINT base_data_key_wrapped_key_check CHECK (octet_length(wrapped_key) BETWEEN 61 AND 4096),
      ADD CONSTRAINT base_data_key_mac CHECK (purpose = 'data' OR organization_id IS NULL)`);
    await queryRunner.query(`
      CREATE UNIQUE INDEX base_data_key_instance ON base_data_key (purpose)
      WHERE is_current AND organization_id IS NULL`);
  }

  private async createRotations(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE base_key_rotation (
        id uuid PRIMARY KEY,
        kind varchar(8) NOT NULL CHECK (kind IN ('data', 'master')),
        organization_id uuid REFERENCES res_organization (id),
        status varchar(16) NOT NULL CHECK (status IN ('waiting', 'running', 'completed')),
        target_key_id bytea,
        target_version integer,
        target_check bytea,
        position jsonb NOT NULL DEFAULT '{}',
        note varchar(512),
        requested_by uuid REFERENCES res_user (id) ON DELETE SET NULL,
        created_at timestamptz(3) NOT NULL DEFAULT now(),
        started_at timestamptz(3),
        finished_at timestamptz(3),
        remove_after timestamptz(3),
        removed_at timestamptz(3),
        fence bigint NOT NULL DEFAULT 0,
        lease_until timestamptz(3),
        CHECK ((kind = 'master') = (target_key_id IS NOT NULL)),
        CHECK (kind = 'data' OR organization_id IS NULL),
        CHECK ((status = 'completed') = (finished_at IS NOT NULL))
      )`);
    await queryRunner.query(`
      CREATE UNIQUE INDEX base_key_rotation_active ON base_key_rotation ((true)) WHERE status <> 'completed'`);
    await queryRunner.query(`CREATE INDEX base_key_rotation_list ON base_key_rotation (created_at DESC, id DESC)`);
    await queryRunner.query(`
      CREATE INDEX base_key_rotation_removal ON base_key_rotation (remove_after) WHERE removed_at IS NULL`);
    await queryRunner.query(`
      CREATE TABLE base_key_rotation_kind (
        rotation_id uuid NOT NULL REFERENCES base_key_rotation (id) ON DELETE CASCADE,
        kind varchar(128) NOT NULL,
        total bigint NOT NULL DEFAULT 0,
        done bigint NOT NULL DEFAULT 0,
        changed bigint NOT NULL DEFAULT 0,
        unreadable bigint NOT NULL DEFAULT 0,
        PRIMARY KEY (rotation_id, kind)
      )`);
    await queryRunner.query(`
      ALTER TABLE base_data_key ADD COLUMN rotation_id uuid REFERENCES base_key_rotation (id)`);
    await queryRunner.query(`
      CREATE INDEX base_data_key_rotation ON base_data_key (rotation_id) WHERE rotation_id IS NOT NULL`);
  }
}
