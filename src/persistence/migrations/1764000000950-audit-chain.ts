import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Stands for the instance itself where a chain is named. */
const INSTANCE = `'00000000-0000-0000-0000-000000000000'::uuid`;
const ZERO_HASH = `decode(repeat('00', 32), 'hex')`;

/** Links the audit rows of each organization, and those of the instance, to a chain. */
export class AuditChain1764000000950 implements MigrationInterface {
  readonly name = 'AuditChain1764000000950';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TRIGGER audit_event_append_only ON audit_event');
    await this.addColumns(queryRunner);
    await this.placeOldRows(queryRunner);
    await this.addRules(queryRunner);
    await this.addIndexes(queryRunner);
    await this.createChains(queryRunner);
    await this.createWalls(queryRunner);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TRIGGER audit_event_append_only ON audit_event');
    await queryRunner.query('DROP FUNCTION audit_event_remove(uuid, integer)');
    await queryRunner.query('DROP FUNCTION audit_event_refuse_loss()');
    await queryRunner.query('DROP TABLE audit_chain');
    await queryRunner.query('DROP FUNCTION audit_chain_refuse_return()');
    await queryRunner.query(`
      ALTER TABLE audit_event DROP COLUMN chain, DROP COLUMN chain_seq, DROP COLUMN prev_hash, DROP COLUMN hash,
        DROP COLUMN mac, DROP COLUMN result`);
    await queryRunner.query(`
      CREATE INDEX audit_event_record ON audit_event (organization_id, record_type, record_id, seq DESC)`);
    await queryRunner.query(`CREATE INDEX audit_event_organization ON audit_event (organization_id, seq DESC)`);
    await queryRunner.query(`
      CREATE TRIGGER audit_event_append_only BEFORE UPDATE OR DELETE ON audit_event
      FOR EACH ROW EXECUTE FUNCTION audit_event_refuse_change()`);
  }

  private async addColumns(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      ALTER TABLE audit_event
        ADD COLUMN result varchar(16) NOT NULL DEFAULT 'success' CHECK (result IN ('success', 'denied', 'failure')),
        ADD COLUMN chain uuid,
        ADD COLUMN chain_seq bigint,
        ADD COLUMN prev_hash bytea CHECK (octet_length(prev_hash) = 32),
        ADD COLUMN hash bytea CHECK (octet_length(hash) = 32),
        ADD COLUMN mac bytea CHECK (octet_length(mac) = 32)`);
  }

  /** Rows from before the chain keep their order, up to 0; the chain begins at 1. */
  private async placeOldRows(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      UPDATE audit_event e
      SET chain = coalesce(e.organization_id, ${INSTANCE}), chain_seq = placed.place,
          result = CASE WHEN action = 'access.denied' THEN 'denied'
                        WHEN action LIKE '%\\_failed' OR action LIKE '%\\_refused' THEN 'failure' ELSE 'success' END
      FROM (SELECT id, row_number() OVER all_before - count(*) OVER (PARTITION BY organization_id) AS place
            FROM audit_event WINDOW all_before AS (PARTITION BY organization_id ORDER BY seq)) AS placed
      WHERE placed.id = e.id`);
  }

  private async addRules(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      ALTER TABLE audit_event
        ALTER COLUMN chain SET NOT NULL,
        ALTER COLUMN chain_seq SET NOT NULL,
        ADD CONSTRAINT audit_event_chain CHECK (chain = coalesce(organization_id, ${INSTANCE})),
        ADD CONSTRAINT audit_event_linked CHECK ((chain_seq > 0) = (hash IS NOT NULL AND prev_hash IS NOT NULL)),
        ADD CONSTRAINT audit_event_place UNIQUE (chain, chain_seq)`);
  }

  /** Each filter of the list has an index that ends in the order of the list. */
  private async addIndexes(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP INDEX audit_event_record');
    await queryRunner.query('DROP INDEX audit_event_organization');
    await queryRunner.query('CREATE INDEX audit_event_record ON audit_event (chain, record_id, chain_seq)');
    await queryRunner.query('CREATE INDEX audit_event_actor ON audit_event (chain, actor_user_id, chain_seq)');
    await queryRunner.query('CREATE INDEX audit_event_action ON audit_event (chain, action, chain_seq)');
    await queryRunner.query('CREATE INDEX audit_event_time ON audit_event (chain, at, chain_seq)');
    await queryRunner.query(
      `CREATE INDEX audit_event_refusal ON audit_event (chain, result, chain_seq) WHERE result <> 'success'`,
    );
  }

  private async createChains(queryRunner: QueryRunner): Promise<void> {
    // Updated with every change: room on the page keeps those updates out of the index.
    await queryRunner.query(`
      CREATE TABLE audit_chain (
        chain uuid PRIMARY KEY,
        seq bigint NOT NULL DEFAULT 0,
        hash bytea NOT NULL DEFAULT ${ZERO_HASH} CHECK (octet_length(hash) = 32),
        mac bytea CHECK (octet_length(mac) = 32),
        last_at timestamptz(3),
        base_seq bigint NOT NULL DEFAULT 0,
        base_hash bytea NOT NULL DEFAULT ${ZERO_HASH} CHECK (octet_length(base_hash) = 32),
        base_mac bytea CHECK (octet_length(base_mac) = 32),
        CHECK (base_seq >= 0 AND base_seq <= seq)
      ) WITH (fillfactor = 50)`);
  }

  private async createWalls(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE FUNCTION audit_event_refuse_loss() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        IF TG_OP = 'DELETE' AND current_setting('ede.audit_retention', true) = 'on' AND EXISTS (
          SELECT FROM audit_chain c
          WHERE c.chain = OLD.chain AND c.base_seq > 0 AND c.base_seq >= OLD.chain_seq AND c.base_mac IS NOT NULL
        ) THEN
          RETURN OLD;
        END IF;
        RAISE EXCEPTION 'audit_event is append-only' USING ERRCODE = 'restrict_violation';
      END $$`);
    await queryRunner.query(`
      CREATE TRIGGER audit_event_append_only BEFORE UPDATE OR DELETE ON audit_event
      FOR EACH ROW EXECUTE FUNCTION audit_event_refuse_loss()`);
    await queryRunner.query(`
      CREATE FUNCTION audit_event_remove(of_chain uuid, most integer) RETURNS bigint LANGUAGE sql
      SET ede.audit_retention TO 'on' AS $$
        WITH gone AS (
          DELETE FROM audit_event WHERE id IN (
            SELECT e.id FROM audit_event e JOIN audit_chain c ON c.chain = e.chain
            WHERE e.chain = of_chain AND c.base_seq > 0 AND e.chain_seq <= c.base_seq
            ORDER BY e.chain_seq LIMIT most)
          RETURNING 1)
        SELECT count(*) FROM gone
      $$`);
    await this.createChainWall(queryRunner);
  }

  private async createChainWall(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE FUNCTION audit_chain_refuse_return() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        IF TG_OP = 'UPDATE' AND NEW.chain = OLD.chain AND NEW.seq >= OLD.seq AND NEW.base_seq >= OLD.base_seq THEN
          RETURN NEW;
        END IF;
        RAISE EXCEPTION 'audit_chain only goes forward, as audit_event is append-only' USING ERRCODE = 'restrict_violation';
      END $$`);
    await queryRunner.query(`
      CREATE TRIGGER audit_chain_forward BEFORE UPDATE OR DELETE ON audit_chain
      FOR EACH ROW EXECUTE FUNCTION audit_chain_refuse_return()`);
    await queryRunner.query(`
      CREATE TRIGGER audit_chain_no_truncate BEFORE TRUNCATE ON audit_chain
      FOR EACH STATEMENT EXECUTE FUNCTION audit_chain_refuse_return()`);
  }
}
