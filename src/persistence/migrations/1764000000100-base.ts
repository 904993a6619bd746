import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Organizations, users, memberships, and the wrapped keys of the organizations. */
export class Base1764000000100 implements MigrationInterface {
  readonly name = 'Base1764000000100';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE res_organization (
        id uuid PRIMARY KEY,
        name varchar(255) NOT NULL CHECK (name <> ''),
        slug varchar(63) NOT NULL UNIQUE CHECK (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'),
        created_at timestamptz(3) NOT NULL DEFAULT now(),
        updated_at timestamptz(3) NOT NULL DEFAULT now()
      )`);
    await queryRunner.query(`CREATE INDEX res_organization_created ON res_organization (created_at DESC, id DESC)`);
    await queryRunner.query(`
      CREATE TABLE res_user (
        id uuid PRIMARY KEY,
        email varchar(254) NOT NULL CHECK (email <> ''),
        name varchar(255) NOT NULL CHECK (name <> ''),
        password_hash text,
        is_admin boolean NOT NULL DEFAULT false,
        is_active boolean NOT NULL DEFAULT true,
        session_epoch integer NOT NULL DEFAULT 0,
        created_at timestamptz(3) NOT NULL DEFAULT now(),
        updated_at timestamptz(3) NOT NULL DEFAULT now()
      )`);
    await queryRunner.query(`CREATE UNIQUE INDEX res_user_email ON res_user (lower(email))`);
    await queryRunner.query(`CREATE INDEX res_user_created ON res_user (created_at DESC, id DESC)`);
    await queryRunner.query(`
      CREATE TABLE res_membership (
        organization_id uuid NOT NULL REFERENCES res_organization (id),
        user_id uuid NOT NULL REFERENCES res_user (id),
        role varchar(16) NOT NULL CHECK (role IN ('admin', 'member')),
        created_at timestamptz(3) NOT NULL DEFAULT now(),
        PRIMARY KEY (organization_id, user_id)
      )`);
    await queryRunner.query(
      `CREATE INDEX res_membership_user ON res_membership (user_id, created_at, organization_id)`,
    );
    await queryRunner.query(`
      CREATE INDEX res_membership_list ON res_membership (organization_id, created_at DESC, user_id DESC)`);
    await this.createKeyTables(queryRunner);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`DROP TABLE base_data_key, base_key_check, res_membership, res_user, res_organization`);
  }

  private async createKeyTables(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE base_key_check (
        master_key_id bytea PRIMARY KEY CHECK (octet_length(master_key_id) = 16),
        check_value bytea NOT NULL CHECK (octet_length(check_value) = 32),
        is_current boolean NOT NULL,
        created_at timestamptz(3) NOT NULL DEFAULT now()
      )`);
    await queryRunner.query(
      `CREATE UNIQUE INDEX base_key_check_current ON base_key_check (is_current) WHERE is_current`,
    );
    await queryRunner.query(`
      CREATE TABLE base_data_key (
        id uuid PRIMARY KEY,
        organization_id uuid NOT NULL REFERENCES res_organization (id),
        master_key_id bytea NOT NULL REFERENCES base_key_check (master_key_id),
        wrapped_key bytea NOT NULL CHECK (octet_length(wrapped_key) = 61),
        is_current boolean NOT NULL,
        created_at timestamptz(3) NOT NULL DEFAULT now(),
        UNIQUE (organization_id, id)
      )`);
    await queryRunner.query(`
      CREATE UNIQUE INDEX base_data_key_current ON base_data_key (organization_id) WHERE is_current`);
  }
}
