import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Accepted messages to chats and phones, and what became of them: the same columns as `email_message`. */
export class Messaging1764000000800 implements MigrationInterface {
  readonly name = 'Messaging1764000000800';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE messaging_message (
        id uuid PRIMARY KEY,
        organization_id uuid NOT NULL REFERENCES res_organization (id),
        envelope bytea NOT NULL,
        body bytea NOT NULL,
        status varchar(16) NOT NULL CHECK (status IN ('queued', 'sending', 'sent', 'failed')),
        attempts integer NOT NULL DEFAULT 0 CHECK (attempts >= 0),
        interruptions integer NOT NULL DEFAULT 0,
        last_error varchar(512),
        connector_id uuid REFERENCES ir_connector (id) ON DELETE SET NULL,
        provider_type varchar(64) NOT NULL,
        remote_id varchar(255),
        due_at timestamptz,
        lease_id uuid,
        created_by uuid REFERENCES res_user (id) ON DELETE SET NULL,
        created_at timestamptz(3) NOT NULL,
        finished_at timestamptz(3),
        UNIQUE (organization_id, id),
        CHECK ((status IN ('queued', 'sending')) = (due_at IS NOT NULL)),
        CHECK ((status = 'sending') = (lease_id IS NOT NULL)),
        CHECK ((status IN ('sent', 'failed')) = (finished_at IS NOT NULL)),
        FOREIGN KEY (organization_id, connector_id) REFERENCES ir_connector (organization_id, id)
          DEFERRABLE INITIALLY DEFERRED
      )`);
    await queryRunner.query(`
      CREATE INDEX messaging_message_due ON messaging_message (due_at) WHERE due_at IS NOT NULL`);
    await queryRunner.query(`
      CREATE INDEX messaging_message_list ON messaging_message (organization_id, created_at DESC, id DESC)`);
    await queryRunner.query(`
      CREATE INDEX messaging_message_by_status ON messaging_message (organization_id, status, created_at DESC, id DESC)`);
    await queryRunner.query(`
      CREATE INDEX messaging_message_connector ON messaging_message (connector_id, status)
      WHERE connector_id IS NOT NULL`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE messaging_message');
  }
}
