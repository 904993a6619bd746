import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Stored documents, and the wall between a file param and its document. */
export class Storage1764000000500 implements MigrationInterface {
  readonly name = 'Storage1764000000500';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE storage_document (
        id uuid PRIMARY KEY,
        organization_id uuid NOT NULL REFERENCES res_organization (id),
        name varchar(255) NOT NULL CHECK (name <> ''),
        mime varchar(255) NOT NULL,
        size bigint CHECK (size >= 0),
        sha256 char(64),
        purpose varchar(16) NOT NULL CHECK (purpose IN ('document', 'config')),
        is_config_reference boolean NOT NULL DEFAULT false,
        connector_id uuid,
        storage_key text NOT NULL,
        storage_ref text,
        state varchar(16) NOT NULL CHECK (state IN ('pending', 'stored', 'deleting')),
        touched_at timestamptz(3) NOT NULL DEFAULT now(),
        created_by uuid REFERENCES res_user (id) ON DELETE SET NULL,
        created_at timestamptz(3) NOT NULL DEFAULT now(),
        UNIQUE (organization_id, id),
        CHECK (state <> 'stored' OR (size IS NOT NULL AND storage_ref IS NOT NULL)),
        CHECK (purpose <> 'config' OR (connector_id IS NULL AND sha256 IS NULL)),
        FOREIGN KEY (organization_id, connector_id) REFERENCES ir_connector (organization_id, id)
      )`);
    await queryRunner.query(`
      CREATE INDEX storage_document_list ON storage_document (organization_id, created_at DESC, id DESC)
      WHERE state = 'stored' AND purpose = 'document'`);
    await queryRunner.query(`
      CREATE INDEX storage_document_connector ON storage_document (connector_id) WHERE connector_id IS NOT NULL`);
    await queryRunner.query(`
      CREATE INDEX storage_document_unfinished ON storage_document (touched_at) WHERE state <> 'stored'`);
    await this.forgetUnfinishedWithConnector(queryRunner);
    await this.bindParams(queryRunner);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TRIGGER storage_document_unfinished ON ir_connector');
    await queryRunner.query('DROP FUNCTION storage_document_forget_unfinished()');
    await queryRunner.query(`
      ALTER TABLE ir_connector_param
      DROP CONSTRAINT ir_connector_param_file_tenant, DROP CONSTRAINT ir_connector_param_file`);
    await queryRunner.query('DROP TABLE storage_document');
  }

  /** Documents keep their connector from being deleted; what is left of a failed upload or delete does not. */
  private async forgetUnfinishedWithConnector(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE FUNCTION storage_document_forget_unfinished() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        DELETE FROM storage_document WHERE connector_id = OLD.id AND state <> 'stored';
        RETURN OLD;
      END $$`);
    await queryRunner.query(`
      CREATE TRIGGER storage_document_unfinished BEFORE DELETE ON ir_connector
      FOR EACH ROW EXECUTE FUNCTION storage_document_forget_unfinished()`);
  }

  /**
   * PostgreSQL 14 cannot set one column of a composite key to null, so there are two keys: one clears `file_id` when
   * the document goes, the other, judged at commit, keeps a param from naming a document of another organization.
   */
  private async bindParams(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      ALTER TABLE ir_connector_param
      ADD CONSTRAINT ir_connector_param_file FOREIGN KEY (file_id) REFERENCES storage_document (id) ON DELETE SET NULL`);
    await queryRunner.query(`
      ALTER TABLE ir_connector_param
      ADD CONSTRAINT ir_connector_param_file_tenant FOREIGN KEY (organization_id, file_id)
      REFERENCES storage_document (organization_id, id) DEFERRABLE INITIALLY DEFERRED`);
  }
}
