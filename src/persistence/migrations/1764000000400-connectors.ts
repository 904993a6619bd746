import type { MigrationInterface, QueryRunner } from 'typeorm';

/** `ir_connector`, its params and its test history. */
export class Connectors1764000000400 implements MigrationInterface {
  readonly name = 'Connectors1764000000400';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE ir_connector (
        id uuid PRIMARY KEY,
        organization_id uuid NOT NULL REFERENCES res_organization (id),
        name varchar(255) NOT NULL CHECK (name <> ''),
        category varchar(64) NOT NULL,
        provider_type varchar(64) NOT NULL,
        config bytea,
        is_enabled boolean NOT NULL DEFAULT false,
        is_default boolean NOT NULL DEFAULT false,
        status varchar(16) NOT NULL DEFAULT 'draft' CHECK (status IN ('draft', 'connected', 'error')),
        status_message varchar(512),
        last_tested_at timestamptz(3),
        version integer NOT NULL DEFAULT 1,
        config_version integer NOT NULL DEFAULT 1,
        created_at timestamptz(3) NOT NULL,
        updated_at timestamptz(3) NOT NULL,
        UNIQUE (organization_id, id)
      )`);
    // The last wall of the default rule; the advisory lock is the way, see docs/adr/0004.
    await queryRunner.query(`
      CREATE UNIQUE INDEX ir_connector_one_default ON ir_connector (organization_id, category) WHERE is_default`);
    await this.createListIndexes(queryRunner);
    await queryRunner.query(`
      CREATE TABLE ir_connector_param (
        id uuid PRIMARY KEY,
        organization_id uuid NOT NULL,
        connector_id uuid NOT NULL,
        key varchar(255) NOT NULL,
        value bytea,
        file_id uuid,
        value_type varchar(8) NOT NULL DEFAULT 'text' CHECK (value_type IN ('text', 'file')),
        sequence integer NOT NULL DEFAULT 10,
        is_secret boolean NOT NULL,
        updated_at timestamptz(3) NOT NULL,
        UNIQUE (connector_id, key),
        CHECK (value IS NULL OR file_id IS NULL),
        FOREIGN KEY (organization_id, connector_id) REFERENCES ir_connector (organization_id, id) ON DELETE CASCADE
      )`);
    await queryRunner.query(`
      CREATE INDEX ir_connector_param_file ON ir_connector_param (file_id) WHERE file_id IS NOT NULL`);
    await queryRunner.query(`
      CREATE TABLE ir_connector_check (
        id uuid PRIMARY KEY,
        organization_id uuid NOT NULL,
        connector_id uuid NOT NULL,
        checked_at timestamptz(3) NOT NULL,
        outcome varchar(16) NOT NULL CHECK (outcome IN ('ok', 'degraded', 'failed', 'not_testable')),
        message varchar(512) NOT NULL,
        latency_ms integer NOT NULL,
        is_deep boolean NOT NULL,
        is_stale boolean NOT NULL,
        steps jsonb NOT NULL,
        user_id uuid,
        FOREIGN KEY (organization_id, connector_id) REFERENCES ir_connector (organization_id, id) ON DELETE CASCADE
      )`);
    await queryRunner.query(`
      CREATE INDEX ir_connector_check_history ON ir_connector_check (connector_id, checked_at DESC, id DESC)`);
  }

  /** One index per sort, and one per selective filter in the default order, so that a page never walks the table. */
  private async createListIndexes(queryRunner: QueryRunner): Promise<void> {
    const indexes = {
      created: 'organization_id, created_at, id',
      name: 'organization_id, (lower(name) COLLATE "C"), id',
      tested_asc: `organization_id, (COALESCE(last_tested_at, 'infinity'::timestamptz)), id`,
      tested_desc: `organization_id, (COALESCE(last_tested_at, '-infinity'::timestamptz)), id`,
      category: 'organization_id, category, created_at, id',
      provider_type: 'organization_id, provider_type, created_at, id',
      status: 'organization_id, status, created_at, id',
      enabled: 'organization_id, is_enabled, created_at, id',
      default: 'organization_id, is_default, created_at, id',
    };
    for (const [name, columns] of Object.entries(indexes)) {
      await queryRunner.query(`CREATE INDEX ir_connector_by_${name} ON ir_connector (${columns})`);
    }
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE ir_connector_check');
    await queryRunner.query('DROP TABLE ir_connector_param');
    await queryRunner.query('DROP TABLE ir_connector');
  }
}
