import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The audit trail: rows are added and never changed. */
export class Audit1764000000300 implements MigrationInterface {
  readonly name = 'Audit1764000000300';

  async up(queryRunner: QueryRunner): Promise<void> {
    // No foreign keys: a row outlives whatever it speaks of. `now()` would be the start of the transaction.
    await queryRunner.query(`
      CREATE TABLE audit_event (
        id uuid PRIMARY KEY,
        seq bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
        organization_id uuid,
        at timestamptz(3) NOT NULL DEFAULT clock_timestamp(),
        actor_kind varchar(16) NOT NULL CHECK (actor_kind IN ('user', 'system')),
        actor_user_id uuid,
        actor_session_id uuid,
        actor_token_id uuid,
        address text,
        request_id text,
        action varchar(128) NOT NULL CHECK (action <> ''),
        record_type varchar(64),
        record_id text,
        changed_keys text[] NOT NULL DEFAULT '{}',
        facts jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(facts) = 'object')
      )`);
    await queryRunner.query(`
      CREATE INDEX audit_event_record ON audit_event (organization_id, record_type, record_id, seq DESC)`);
    await queryRunner.query(`CREATE INDEX audit_event_organization ON audit_event (organization_id, seq DESC)`);
    await this.createWall(queryRunner);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE audit_event');
    await queryRunner.query('DROP FUNCTION audit_event_refuse_change()');
  }

  private async createWall(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE FUNCTION audit_event_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        RAISE EXCEPTION 'audit_event is append-only' USING ERRCODE = 'restrict_violation';
      END $$`);
    await queryRunner.query(`
      CREATE TRIGGER audit_event_append_only BEFORE UPDATE OR DELETE ON audit_event
      FOR EACH ROW EXECUTE FUNCTION audit_event_refuse_change()`);
    await queryRunner.query(`
      CREATE TRIGGER audit_event_no_truncate BEFORE TRUNCATE ON audit_event
      FOR EACH STATEMENT EXECUTE FUNCTION audit_event_refuse_change()`);
  }
}
