import { setTimeout as sleep } from 'node:timers/promises';
import type { Fleet, Send } from '../../../test/processes/server-process.js';
import type { HarnessContext } from '../../runner/context.js';
import { untilReady } from '../../support/crash.js';
import { HttpSender } from '../../support/http.js';
import type { PrivateCluster } from '../../support/private-cluster.js';
import { forgetServer, letLeasesPass, type RotationKind } from '../../support/rotations.js';
import { queryOnce } from '../../support/sql.js';
import { Interruption } from './interruption.js';
import { seatOf, type Rotations, type Seat } from './rotations.js';

const READY_WITHIN_MS = 10_000;
/** What docs/operations.md says. */
const GOES_ON_WITHIN_MS = 20_000;
const LIMIT_MS = 60_000;
const POLL_MS = 20;
/** Until a pass has begun; one that never does is killed then. */
const PASS_LIMIT_MS = 15_000;
/** Of the kills, the pass that they wait for first: 0 is the request, 1 makes or wraps keys, 2 walks over ciphertext. */
const PASSES = [1, 2, 0] as const;
/** The longest wait after that. */
const LATEST_MS = { data: 800, master: 300 } as const;
/** Rounds that are added while none of the kills has interrupted a rotation. They do not wait. */
const MORE_ROUNDS = 6;

interface Kill {
  readonly kind: RotationKind;
  readonly victim: 'app' | 'postgres';
  /** What it waits for first. */
  readonly pass: number;
  /** The longest wait after that, in milliseconds. */
  readonly latest: number;
}

/** Kills that come while keys are rotated: of the process that rotates, and of PostgreSQL. */
export class RotationKills {
  /** Interrupted are the rotations that had to be taken anew. */
  readonly counts = { app: 0, postgres: 0, interrupted: 0 };
  /** In words: how the work of a killed server went on by itself. */
  figure = 'not waited for a lease';
  /** Leases whose end is still to be waited for. */
  private leases: number;

  constructor(
    private readonly context: HarnessContext,
    private readonly fleet: Fleet,
    private readonly cluster: PrivateCluster,
    private readonly rotations: Rotations,
    private seats: readonly [Seat, Seat],
  ) {
    this.leases = context.size(0, 1);
  }

  /** @param rate requests a second meanwhile. */
  async run(rounds: number, rate: number): Promise<void> {
    const isEnough = (round: number) => round >= rounds + (this.counts.interrupted > 0 ? 0 : MORE_ROUNDS);
    for (let round = 0; !isEnough(round) && !this.rotations.isStuck; round += 1) {
      const half = Math.floor(round / 2);
      const kind = round % 2 === 0 ? 'data' : 'master';
      const victim = (round + half) % 2 === 0 ? 'app' : 'postgres';
      const latest = round < rounds ? LATEST_MS[kind] : 1;
      await this.round({ kind, victim, pass: PASSES[half % PASSES.length] as number, latest }, rate);
      this.context.note(`kill ${round + 1} of ${Math.max(rounds, round + 1)}, ${victim} in a rotation of ${kind}`);
    }
    const { load, failures } = this.rotations;
    if (this.counts.interrupted === 0) failures.push('No kill interrupted a rotation: nothing was tried');
    if (this.leases > 0) failures.push('No lease ended by itself: nothing was tried');
    if (this.counts.postgres > 0 && load.unavailable === 0) failures.push('No loss was noticed: nothing was tried');
  }

  private async round({ kind, victim, pass, latest }: Kill, rate: number): Promise<void> {
    const [rotator, other] = this.seats;
    const { load } = this.rotations;
    const senders = victim === 'app' ? [other.send] : [rotator.send, other.send];
    load.start(senders, rate);
    const asked = this.ask(rotator.send, kind, victim);
    if (pass > 0) await this.untilPass(kind === 'master' ? 1 : pass);
    await sleep(this.context.random.below(latest));
    const interruption = await Interruption.about(this.fleet.databaseUrl);
    this.counts[victim] += 1;
    const killed = performance.now();
    if (victim === 'app') await this.killServer(rotator, asked);
    else await this.killDatabase(asked);
    const taken = victim === 'app' ? await this.goOnWithout(rotator, interruption, killed) : null;
    if (taken === null) await letLeasesPass(this.fleet.databaseUrl);
    await this.rotations.finish(kind, other.send);
    if (taken !== null) this.figure = `${taken}, at its end after ${seconds(killed)} s`;
    this.counts.interrupted += (await interruption.hasHit()) ? 1 : 0;
    await load.stop();
    await this.rotations.check(this.seats);
    if (victim === 'app') this.seats = [other, await seatOf(await this.fleet.start())];
  }

  /** A request that is cut by the kill has no answer, or the one for a database that is away. */
  private async ask(send: Send, kind: RotationKind, victim: 'app' | 'postgres'): Promise<void> {
    const answer = await send('POST', '/api/keys/rotations', { kind }).catch(() => null);
    const isExpected = victim === 'app' ? !answer || answer.status === 202 : [202, 503].includes(answer?.status ?? 0);
    if (!isExpected) this.rotations.failures.push(`A rotation answered ${answer?.status ?? 'nothing'}`);
  }

  private async killServer({ server }: Seat, asked: Promise<void>): Promise<void> {
    await server.kill();
    await asked;
  }

  /**
   * The time for which others wait for a dead server is let pass at once, but for one of them: it is waited for.
   * @returns in words how long that took; `null` when it was not waited for.
   */
  private async goOnWithout({ server }: Seat, interruption: Interruption, killed: number): Promise<string | null> {
    const isTaken = this.leases > 0 ? await interruption.isTakenBefore(killed + GOES_ON_WITHIN_MS) : null;
    if (isTaken === null) {
      await forgetServer(this.fleet.databaseUrl, server.pid);
      return null;
    }
    this.leases -= 1;
    if (!isTaken) this.rotations.failures.push(`Nobody went on within ${seconds(killed)} s`);
    return `${isTaken ? 'taken over' : 'not taken over'} from a killed server after ${seconds(killed)} s`;
  }

  private async killDatabase(asked: Promise<void>): Promise<void> {
    const { load, failures } = this.rotations;
    load.databaseIsLost();
    if (!this.cluster.kill()) throw new Error('PostgreSQL was not there to be killed');
    await this.cluster.isBack();
    const took = await Promise.all(this.seats.map(({ server }) => readyAgain(server.url)));
    load.databaseIsBack();
    await asked;
    const slowest = Math.max(...took);
    if (slowest > READY_WITHIN_MS) failures.push(`Ready only ${Math.round(slowest)} ms after PostgreSQL`);
  }

  /** Waits until the rotation that was asked for has come so far. */
  private async untilPass(pass: number): Promise<void> {
    const end = performance.now() + PASS_LIMIT_MS;
    const sql = `SELECT FROM base_key_rotation WHERE status = 'running' AND (position->>'pass')::integer >= $1`;
    while (performance.now() < end && (await queryOnce(this.fleet.databaseUrl, sql, [pass])).length === 0)
      await sleep(POLL_MS);
  }
}

/** @returns since then, in words. */
function seconds(since: number): string {
  return ((performance.now() - since) / 1_000).toFixed(1);
}

/** @returns milliseconds. */
async function readyAgain(url: string): Promise<number> {
  const http = new HttpSender(url);
  try {
    return await untilReady(http, LIMIT_MS);
  } finally {
    await http.close();
  }
}
