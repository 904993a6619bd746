import { setTimeout as sleep } from 'node:timers/promises';
import type { HarnessContext } from '../../runner/context.js';
import type { Rotations, Seat } from './rotations.js';
import type { ValueLoad } from './value-load.js';

/** Of the wanted rate, when nothing is rotated: what a machine must bear to be asked for all of it. */
const BORNE = 0.95;
/** Of what a weaker machine bears: what it is asked for. */
const SHARE = 0.8;

/** Reads and writes at a fixed rate in both processes. */
export class Pressure {
  /** Requests a second. */
  rate: number;
  /** In words: the rate that was wanted, and the one that there was. */
  figure = '';
  private readonly wanted: number;
  private readonly load: ValueLoad;

  constructor(
    private readonly context: HarnessContext,
    private readonly rotations: Rotations,
    private readonly seats: readonly Seat[],
  ) {
    this.load = rotations.load;
    this.rate = this.wanted = context.size(40, 200);
  }

  /**
   * The same load without a rotation: what fails then says something of the machine, nothing of rotations. A machine
   * that does not bear the wanted rate is asked for most of what it does, and the figure says so.
   */
  async control(): Promise<void> {
    const start = this.start();
    await sleep(this.context.size(1_000, 15_000));
    const borne = await this.stop(start);
    const [failure] = this.load.failures;
    if (failure !== undefined) throw new Error(`The load is too much for this machine without a rotation: ${failure}`);
    this.context.note(`without a rotation ${borne} requests/s, p99 ${this.load.p99} ms`);
    this.load.reset();
    this.figure = `wanted ${this.wanted} requests/s`;
    if (borne >= this.wanted * BORNE) return;
    this.rate = Math.floor(borne * SHARE);
    this.figure += `, of which this machine bears only ${borne} without a rotation: asked ${this.rate}`;
  }

  /** Rotations of both kinds, one after the other. */
  async rotate(): Promise<void> {
    const senders = this.seats.map(({ send }) => send);
    const until = performance.now() + this.context.size(0, 30_000);
    this.load.reset();
    const start = this.start();
    do {
      for (const kind of ['data', 'master'] as const)
        await this.rotations.rotate(kind, this.context.random.pick(senders));
    } while (performance.now() < until);
    this.figure += `, had ${await this.stop(start)}, p99 ${this.load.p99} ms`;
    await this.rotations.check(this.seats);
  }

  private start(): number {
    this.load.start(
      this.seats.map(({ send }) => send),
      this.rate,
    );
    return performance.now();
  }

  /** @returns requests a second since the start. */
  private async stop(start: number): Promise<number> {
    await this.load.stop();
    return Math.round((this.load.requests * 1000) / (performance.now() - start));
  }
}
