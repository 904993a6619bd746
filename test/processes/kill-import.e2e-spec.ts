import { afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { createEmptyDatabase, type TestDatabase } from '../support/database.js';
import { ensureBuilt, Fleet, type Send } from './server-process.js';

jest.setTimeout(300_000); // servers are built, started and killed

const KEYS = 120;
const GATE = 4711;
/** A config whose every value carries its version, so that a mixture shows; each version has keys of its own too. */
const version = (name: string) =>
  Object.fromEntries(
    Array.from({ length: KEYS }, (_, index) => [
      index % 3 === 0 ? `own_${name}_${index}` : `field_${index}`,
      `${name} ${index}`,
    ]),
  );

describe('kill -9 of the server during an import', () => {
  let database: TestDatabase;
  let client: Client;
  let fleet: Fleet;
  beforeAll(ensureBuilt);
  beforeEach(async () => {
    database = await createEmptyDatabase();
    client = new Client({ connectionString: database.url });
    await client.connect();
    fleet = new Fleet(database.url);
  });
  afterEach(async () => {
    await fleet.close();
    await client.end();
    await database.drop();
  });

  const create = async (send: Send) => {
    const draft = { name: 'Imported', category: 'storage', provider_type: 's3_compatible' };
    const { status, body } = await send<{ id: string }>('POST', '/api/connectors', draft);
    expect(status).toBe(201);
    return body.id;
  };
  const importInto = (send: Send, id: string, name: string) =>
    send('POST', `/api/connectors/${id}/import-config`, { json_data: version(name) });
  const configOf = async (send: Send, id: string) => (await send('GET', `/api/connectors/${id}/config`)).body['config'];

  it('leaves the old config when it comes in the middle of the writing', async () => {
    const server = await fleet.start();
    const { send } = await server.signIn();
    const id = await create(send);
    expect((await importInto(send, id, 'old')).status).toBe(200);
    await holdWritesFrom(client, KEYS / 2);

    const cut = importInto(send, id, 'new').catch(() => 'cut');
    await untilSomebodyWaits(client);
    await server.kill();
    expect(await cut).toBe('cut');
    await letWritesGo(client);

    const { send: again } = await (await fleet.start()).signIn();
    expect(await configOf(again, id)).toEqual(version('old'));
    expect((await importInto(again, id, 'new')).status).toBe(200);
    expect(await configOf(again, id)).toEqual(version('new'));
  });

  it('leaves the old or the new config whenever it comes, and never loses one that was acknowledged', async () => {
    let server = await fleet.start();
    let { send } = await server.signIn();
    const id = await create(send);
    const started = performance.now();
    expect((await importInto(send, id, 'v0')).status).toBe(200);
    const whole = performance.now() - started;

    let stored = 'v0';
    for (const [round, share] of [0.3, 0.8, 1.5, 'answered' as const].entries()) {
      const next = `v${round + 1}`;
      const answered = importInto(send, id, next).then(
        ({ status }) => status,
        () => null,
      );
      await (share === 'answered' ? answered : sleep(whole * share));
      await server.kill();
      const isAcknowledged = (await answered) === 200;
      server = await fleet.start();
      ({ send } = await server.signIn());
      const config = await configOf(send, id);
      const isNew = (config as Record<string, string>)['field_1'] === `${next} 1`;
      if (isAcknowledged) expect(isNew).toBe(true);
      stored = isNew ? next : stored;
      expect(config).toEqual(version(stored));
    }
    expect(stored).toBe('v4');
  });
});

/** Every param row from this sequence on waits for the gate, which the client holds. */
async function holdWritesFrom(client: Client, row: number): Promise<void> {
  await client.query(`SELECT pg_advisory_lock(${GATE})`);
  await client.query(`
    CREATE FUNCTION wait_at_the_gate() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN PERFORM pg_advisory_xact_lock_shared(${GATE}); RETURN NEW; END $$;
    CREATE TRIGGER gate BEFORE INSERT OR UPDATE ON ir_connector_param FOR EACH ROW
      WHEN (NEW.sequence >= ${row * 10}) EXECUTE FUNCTION wait_at_the_gate();`);
}

async function letWritesGo(client: Client): Promise<void> {
  await client.query(`SELECT pg_advisory_unlock(${GATE})`);
  await client.query('DROP TRIGGER gate ON ir_connector_param');
}

async function untilSomebodyWaits(client: Client): Promise<void> {
  for (;;) {
    const { rowCount } = await client.query(
      `SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND objid = ${GATE} AND NOT granted`,
    );
    if (rowCount === 1) return;
    await sleep(10);
  }
}
