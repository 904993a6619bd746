import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Accepted mails, what became of them, and the documents that go with them. */
export class Email1764000000700 implements MigrationInterface {
  readonly name = 'Email1764000000700';

  async up(queryRunner: QueryRunner): Promise<void> {
    // `due_at` keeps microseconds: rounded up to the next millisecond, a new row would not be due yet.
    await queryRunner.query(`
      CREATE TABLE email_message (
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
    await this.createIndexes(queryRunner);
    await this.createAttachments(queryRunner);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE email_attachment, email_message');
  }

  private async createIndexes(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`CREATE INDEX email_message_due ON email_message (due_at) WHERE due_at IS NOT NULL`);
    await queryRunner.query(`
      CREATE INDEX email_message_list ON email_message (organization_id, created_at DESC, id DESC)`);
    await queryRunner.query(`
      CREATE INDEX email_message_by_status ON email_message (organization_id, status, created_at DESC, id DESC)`);
    await queryRunner.query(`
      CREATE INDEX email_message_connector ON email_message (connector_id, status) WHERE connector_id IS NOT NULL`);
  }

  /** Two keys to the document for the same reason as at the params: PostgreSQL 14 cannot null one column of a pair. */
  private async createAttachments(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE email_attachment (
        organization_id uuid NOT NULL,
        message_id uuid NOT NULL,
        position integer NOT NULL,
        document_id uuid REFERENCES storage_document (id) ON DELETE SET NULL,
        name varchar(255) NOT NULL,
        mime varchar(255) NOT NULL,
        size bigint NOT NULL,
        PRIMARY KEY (message_id, position),
        FOREIGN KEY (organization_id, message_id) REFERENCES email_message (organization_id, id) ON DELETE CASCADE,
        FOREIGN KEY (organization_id, document_id) REFERENCES storage_document (organization_id, id)
          DEFERRABLE INITIALLY DEFERRED
      )`);
    await queryRunner.query(`
      CREATE INDEX email_attachment_document ON email_attachment (document_id) WHERE document_id IS NOT NULL`);
  }
}
