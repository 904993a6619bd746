import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Workers go from organization to organization: each one's waiting messages stand together, in the order of being due. */
export class DeliveryTurns1764000001300 implements MigrationInterface {
  readonly name = 'DeliveryTurns1764000001300';

  async up(queryRunner: QueryRunner): Promise<void> {
    for (const table of ['email_message', 'messaging_message']) {
      await queryRunner.query(`DROP INDEX ${table}_due`);
      await queryRunner.query(`
        CREATE INDEX ${table}_due ON ${table} (organization_id, due_at) WHERE due_at IS NOT NULL`);
    }
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    for (const table of ['email_message', 'messaging_message']) {
      await queryRunner.query(`DROP INDEX ${table}_due`);
      await queryRunner.query(`CREATE INDEX ${table}_due ON ${table} (due_at) WHERE due_at IS NOT NULL`);
    }
  }
}
