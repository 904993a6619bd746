import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { DeliveryQueue, type ClaimedDelivery } from '../../src/core/delivery/index.js';
import type { AuditLog } from '../../src/core/ports/index.js';
import { EMAIL_TABLE } from '../../src/foundation/email/email-table.js';
import { MESSAGING_TABLE } from '../../src/foundation/messaging/messaging-table.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { ExplainedTransactions } from '../support/explained-transactions.js';
import { addDue, addOrganization } from '../support/waiting-messages.js';

const LEASE_MS = 30_000;
const BACKLOG = 20_000;
const FEW = 25;
const noAudit: AuditLog = { write: async () => undefined, record: async () => undefined };

let database: TestDatabase;
let sql: Client;
const clients: Client[] = [];

beforeEach(async () => {
  database = await createTestDatabase();
  sql = await connect();
});
afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.end()));
  await database.drop();
});

async function connect(): Promise<Client> {
  const client = new Client({ connectionString: database.url });
  await client.connect();
  clients.push(client);
  return client;
}

async function workerOf(table = EMAIL_TABLE): Promise<{ queue: DeliveryQueue; costs: ExplainedTransactions }> {
  const costs = new ExplainedTransactions(await connect());
  return { queue: new DeliveryQueue(table, costs, noAudit), costs };
}

describe.each([EMAIL_TABLE, MESSAGING_TABLE])('a claim from $name', (table) => {
  it('does not walk over the backlog of an organization whose turn it is not', async () => {
    const busy = await addOrganization(sql);
    const others = [await addOrganization(sql), await addOrganization(sql)];
    await addDue(sql, table.name, busy, BACKLOG);
    for (const other of others) await addDue(sql, table.name, other, 1);
    await sql.query(`ANALYZE ${table.name}`);
    const { queue, costs } = await workerOf(table);

    const claims = [await queue.claim(LEASE_MS, [busy]), await queue.claim(LEASE_MS, [busy])];
    expect(claims.map((claim) => claim?.organizationId).sort()).toEqual([...others].sort());
    expect(costs.takeCost().rows).toBeLessThan(FEW);
    expect(await queue.claim(LEASE_MS, [busy])).toBeNull();
    const { rows, pages, indexes } = costs.takeCost();
    expect(rows).toBeLessThan(FEW);
    expect(pages).toBeLessThan(100);
    expect([...indexes].sort()).toEqual([`${table.name}_due`, `${table.name}_pkey`]);
  });

  it('does not walk over the backlog of the organization that it takes from', async () => {
    const long = await addOrganization(sql);
    await addDue(sql, table.name, long, BACKLOG);
    const { queue, costs } = await workerOf(table);
    expect(await queue.claim(LEASE_MS, [])).not.toBeNull();
    expect(costs.takeCost().rows).toBeLessThan(FEW);
  });
});

describe('claims', () => {
  /** Positions of the claimed mails among those of their organization, and whose they are. */
  async function served(claims: readonly (ClaimedDelivery | null)[]): Promise<{ of: string; place: number }[]> {
    const { rows } = await sql.query<{ id: string; of: string; place: number }>(
      `SELECT id, organization_id AS of, (row_number() OVER (PARTITION BY organization_id ORDER BY first_due))::integer AS place
       FROM due_before`,
    );
    return claims.map((claim) => {
      const row = rows.find(({ id }) => id === claim?.id);
      if (!row) throw new Error('Nothing was claimed');
      return { of: row.of, place: row.place };
    });
  }

  const remember = () =>
    sql.query('CREATE TABLE due_before AS SELECT id, organization_id, due_at AS first_due FROM email_message');

  it('go round the organizations, and take the oldest of each first', async () => {
    const [first, second, third] = [await addOrganization(sql), await addOrganization(sql), await addOrganization(sql)];
    await addDue(sql, 'email_message', first, 50);
    await addDue(sql, 'email_message', second, 3);
    await addDue(sql, 'email_message', third, 1);
    await remember();
    const { queue } = await workerOf();
    const claims = [];
    for (let count = 0; count < 8; count += 1) claims.push(await queue.claim(LEASE_MS, []));
    expect(await served(claims)).toEqual([
      { of: first, place: 1 },
      { of: second, place: 1 },
      { of: third, place: 1 },
      { of: first, place: 2 },
      { of: second, place: 2 },
      { of: first, place: 3 },
      { of: second, place: 3 },
      { of: first, place: 4 },
    ]);
  });

  it('pass over what is not due yet', async () => {
    const [later, now] = [await addOrganization(sql), await addOrganization(sql)];
    await addDue(sql, 'email_message', later, 2);
    await sql.query(`UPDATE email_message SET due_at = now() + interval '1 hour'`);
    await addDue(sql, 'email_message', now, 1);
    const { queue } = await workerOf();
    expect(await queue.claim(LEASE_MS, [])).toMatchObject({ organizationId: now });
    expect(await queue.claim(LEASE_MS, [])).toBeNull();
  });

  it('pass over what others are just taking, and hold up nothing but the one that they take', async () => {
    const [first, second] = [await addOrganization(sql), await addOrganization(sql)];
    await addDue(sql, 'email_message', first, 2);
    await addDue(sql, 'email_message', second, 1);
    await remember();
    const holder = await connect();
    await holder.query('BEGIN');
    await holder.query('SELECT id FROM email_message WHERE organization_id = $1 ORDER BY due_at LIMIT 1 FOR UPDATE', [
      first,
    ]);
    const taker = await connect();
    let free: number | null = 0;
    const queue = new DeliveryQueue(
      EMAIL_TABLE,
      {
        run: async (work) => {
          await taker.query('BEGIN');
          const result = await work({
            emit: () => undefined,
            beforeCommit: () => undefined,
            query: async <Row extends object>(text: string, values: readonly unknown[] = []) =>
              (await taker.query<Row>(text, [...values])).rows,
          });
          free = (await sql.query('SELECT id FROM email_message FOR UPDATE SKIP LOCKED')).rowCount;
          await taker.query('COMMIT');
          return result;
        },
      },
      noAudit,
    );
    const claim = await queue.claim(LEASE_MS, []);
    expect(await served([claim])).toEqual([{ of: first, place: 2 }]);
    expect(free).toBe(1);
    expect(await queue.claim(LEASE_MS, [first])).toMatchObject({ organizationId: second });
    expect(await queue.claim(LEASE_MS, [])).toBeNull();
    await holder.query('ROLLBACK');
    expect(await served([await queue.claim(LEASE_MS, [])])).toEqual([{ of: first, place: 1 }]);
  });
});
