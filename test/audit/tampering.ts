import { Client } from 'pg';

/** What somebody does who has the database in his hands, walls and all, but not the server's keys. */
export class Intruder {
  private constructor(private readonly client: Client) {}

  static async on(url: string): Promise<Intruder> {
    const client = new Client({ connectionString: url });
    await client.connect();
    await client.query(`SET session_replication_role = 'replica'`); // no trigger fires
    return new Intruder(client);
  }

  async run(sql: string, parameters: readonly unknown[] = []): Promise<Record<string, unknown>[]> {
    return (await this.client.query<Record<string, unknown>>(sql, [...parameters])).rows;
  }

  async leave(): Promise<void> {
    await this.client.end();
  }
}
