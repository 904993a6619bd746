import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from 'pg';
import type { Fleet, Send, ServerProcess } from '../../test/processes/server-process.js';
import type { HarnessContext } from '../runner/context.js';
import type { Harness } from '../runner/harness.js';
import { openSql } from '../support/sql.js';
import { ValueLoad } from './rotation/value-load.js';

type Kind = 'data' | 'master';

const LIMIT_MS = 90_000;
const POLL_MS = 100;

/** A server, and a caller who has signed in there. */
interface Seat {
  readonly server: ServerProcess;
  readonly send: Send;
}

export const harness: Harness = {
  name: 'rotation',
  promise:
    'Data keys and the master key are rotated under load: no read or write fails, also when the server is killed.',
  cuts: {},
  async run(context) {
    const home = mkdtempSync(join(tmpdir(), 'ede-trust-'));
    context.atEnd(async () => rmSync(home, { recursive: true, force: true }));
    const env = { EDE_MASTER_KEY: '', EDE_MASTER_KEY_FILE: join(home, 'key') };
    const fleet = context.fleet(await context.database(), env);
    const seats = [await seatOf(await fleet.start()), await seatOf(await fleet.start())];
    const sql = await openSql(context, fleet.databaseUrl);
    const load = new ValueLoad(context.random);
    await load.create((seats[0] as Seat).send, context.size(6, 100), context.size(10, 12));
    const attack = new RotationAttack(context, fleet, load, sql, seats);
    await attack.control();
    await attack.underLoad();
    await attack.killed();
    return {
      counts: { rotations: attack.rotations, kills: attack.kills, requests: load.requests },
      figure: `${attack.perSecond} requests/s, ${load.failures.length} failed, p99 ${attack.p99} ms`,
      failures: [...new Set([...load.failures, ...attack.failures])],
    };
  },
};

async function seatOf(server: ServerProcess): Promise<Seat> {
  const { send } = await server.signIn();
  return { server, send };
}

class RotationAttack {
  rotations = 0;
  kills = 0;
  perSecond = 0;
  private rate: number;
  /** Milliseconds, while both processes were asked. */
  p99 = 0;
  readonly failures: string[] = [];

  constructor(
    private readonly context: HarnessContext,
    private readonly fleet: Fleet,
    private readonly load: ValueLoad,
    private readonly sql: Client,
    private readonly seats: Seat[],
  ) {
    this.rate = context.size(40, 200);
  }

  /**
   * The same load without a rotation: what fails then says something of the machine, nothing of rotations. A machine
   * that does not bear the wanted rate is given half of what it does.
   */
  async control(): Promise<void> {
    const start = performance.now();
    this.load.start(
      this.seats.map(({ send }) => send),
      this.rate,
    );
    await sleep(this.context.size(1_000, 15_000));
    await this.load.stop();
    const [failure] = this.load.failures;
    if (failure !== undefined) throw new Error(`The load is too much for this machine without a rotation: ${failure}`);
    const borne = (this.load.requests * 1000) / (performance.now() - start);
    this.context.note(`without a rotation ${Math.round(borne)} requests/s, p99 ${this.load.p99} ms`);
    if (borne < this.rate * 0.85) this.rate = Math.floor(borne / 2);
    this.load.reset();
  }

  /** Rotations of both kinds while two processes are read and written. */
  async underLoad(): Promise<void> {
    const until = performance.now() + this.context.size(0, 30_000);
    const start = performance.now();
    const senders = this.seats.map(({ send }) => send);
    this.load.start(senders, this.rate);
    do {
      for (const kind of ['data', 'master'] as const) await this.rotate(kind, this.context.random.pick(senders));
    } while (performance.now() < until);
    await this.load.stop();
    this.p99 = this.load.p99;
    this.perSecond = Math.round((this.load.requests * 1000) / (performance.now() - start));
    await this.check();
  }

  /** The process that was asked is killed somewhere in the middle, while the other one is read and written. */
  async killed(): Promise<void> {
    const rounds = this.context.size(2, 20);
    for (let round = 0; round < rounds; round += 1) {
      const [victim, survivor] = this.seats as [Seat, Seat];
      const kind = round % 2 === 0 ? 'data' : 'master';
      this.load.start([survivor.send], Math.min(this.context.size(30, 60), this.rate));
      const asked = victim.send('POST', '/api/keys/rotations', { kind }).catch(() => null);
      await sleep(this.context.random.below(kind === 'data' ? 800 : 200));
      await victim.server.kill();
      this.kills += 1;
      await asked;
      await this.forget(victim.server.pid);
      await this.finish(kind, survivor.send);
      await this.load.stop();
      await this.check();
      const isLast = round + 1 === rounds;
      if (!isLast) this.seats.splice(0, 2, survivor, await seatOf(await this.fleet.start()));
      this.context.note(`kill ${round + 1} of ${rounds}, ${kind}`);
    }
  }

  /** Others wait until the dead one counts as dead; that time is let pass at once. */
  private async forget(pid: number): Promise<void> {
    await this.sql.query(`UPDATE base_key_rotation SET lease_until = now() WHERE lease_until IS NOT NULL`);
    await this.sql.query(
      `UPDATE base_key_process SET seen_at = seen_at - interval '1 hour' WHERE label LIKE '% ' || $1::text`,
      [pid],
    );
  }

  private async rotate(kind: Kind, send: Send): Promise<void> {
    const { status, body } = await send<{ id: string; code?: string }>('POST', '/api/keys/rotations', { kind });
    if (status !== 202) return void this.failures.push(`A rotation answered ${status} ${body.code ?? ''}`);
    await this.completed(send, body.id);
  }

  /** The rotation that was asked for, if the request came that far; else a new one. */
  private async finish(kind: Kind, send: Send): Promise<void> {
    const { body } = await send<{ items: { id: string; status: string }[] }>('GET', '/api/keys/rotations?limit=1');
    const [newest] = body.items;
    if (newest && newest.status !== 'completed') await this.completed(send, newest.id);
    else await this.rotate(kind, send);
  }

  private async completed(send: Send, id: string): Promise<void> {
    const limit = performance.now() + LIMIT_MS;
    while (performance.now() < limit) {
      const { body } = await send<{ status: string; progress: { unreadable: number }[] }>(
        'GET',
        `/api/keys/rotations/${id}`,
      );
      if (body.status === 'completed') {
        this.rotations += 1;
        if (body.progress.some(({ unreadable }) => unreadable > 0)) this.failures.push('Ciphertext became unreadable');
        return;
      }
      await sleep(POLL_MS);
    }
    this.failures.push(`A rotation did not come to its end, after ${this.kills} kills`);
  }

  /** Every value is as written, in each process, and stands under the current key of its owner. */
  private async check(): Promise<void> {
    for (const { send } of this.seats.filter(({ server }) => !server.hasEnded)) await this.load.readAll(send);
    const { rows } = await this.sql.query<{ left: number; masters: number; wrapped: number }>(
      `SELECT (SELECT count(*)::integer FROM ir_connector_param p JOIN base_data_key k
                 ON k.organization_id = p.organization_id AND k.is_current
               WHERE substring(p.value FROM 2 FOR 16) <> decode(replace(k.id::text, '-', ''), 'hex')) AS left,
              (SELECT count(*)::integer FROM base_key_check) AS masters,
              (SELECT count(*)::integer FROM base_data_key k JOIN base_key_check c USING (master_key_id)
               WHERE NOT c.is_current) AS wrapped`,
    );
    const [found] = rows;
    if (found?.left !== 0) this.failures.push(`${found?.left} values stand under a replaced data key`);
    if (found?.masters !== 1 || found.wrapped !== 0) this.failures.push('Keys are wrapped by a replaced master key');
  }
}
