import { setTimeout as sleep } from 'node:timers/promises';
import type { JsonAnswer, Send } from '../../../test/processes/server-process.js';
import type { Random } from '../../runner/random.js';

interface ParamRow {
  readonly key: string;
  readonly value?: string | null;
}

interface ConnectorBody {
  readonly id: string;
  readonly param_ids: readonly ParamRow[];
}

/**
 * A connector, and what its params are known to hold: one of several texts after writes that were answered by 503, which
 * may have been stored all the same.
 */
interface Known {
  readonly id: string;
  readonly values: Map<string, readonly string[]>;
  isBusy: boolean;
}

/** Callers at most at one moment: more would only queue for the machine. */
const IN_FLIGHT = 24;

/** Connectors whose values are known, and requests that read and write them at a fixed rate. */
export class ValueLoad {
  requests = 0;
  /** Answered with 503 while the database was away. */
  unavailable = 0;
  readonly times: number[] = [];
  readonly failures: string[] = [];
  private readonly known: Known[] = [];
  private isRunning = false;
  private running: Promise<void> = Promise.resolve();
  private writes = 0;
  /** When the database was lost the last time, and when it was back. */
  private lostAt = Infinity;
  private backAt = -Infinity;

  constructor(private readonly random: Random) {}

  async create(send: Send, connectors: number, params: number): Promise<void> {
    for (let number = 0; number < connectors; number += 1) {
      const values = new Map(
        Array.from({ length: params }, (_, index) => [`key_${index}`, [`value ${number} ${index}`]] as const),
      );
      const body = {
        name: `Connector ${number}`,
        category: 'storage',
        provider_type: 's3_compatible',
        param_ids: [...values].map(([key, [value]]) => ({ key, value })),
      };
      const answer = await send<ConnectorBody>('POST', '/api/connectors', body);
      if (answer.status !== 201) throw new Error(`No connector: ${answer.status} ${JSON.stringify(answer.body)}`);
      this.known.push({ id: answer.body.id, values, isBusy: false });
    }
  }

  /** @param perSecond requests that are begun, whether or not earlier ones are answered. */
  start(senders: readonly Send[], perSecond: number): void {
    this.isRunning = true;
    this.running = this.run(senders, perSecond);
  }

  async stop(): Promise<void> {
    this.isRunning = false;
    await this.running;
  }

  /** From now on requests may be answered with 503. */
  databaseIsLost(): void {
    this.lostAt = performance.now();
    this.backAt = Infinity;
  }

  /** No request that is begun from now on may be. */
  databaseIsBack(): void {
    this.backAt = performance.now();
  }

  /** Forgets what was counted and measured. */
  reset(): void {
    this.requests = 0;
    this.times.length = 0;
  }

  /** Writes one value. @throws when there is no such connector. */
  async writeOne(send: Send, id: string, key: string): Promise<void> {
    const connector = this.known.find((one) => one.id === id);
    if (!connector) throw new Error(`No connector ${id}`);
    await this.write(send, connector, key);
  }

  /** Writes a value of every connector. */
  async writeAll(send: Send): Promise<void> {
    for (const connector of this.known) await this.write(send, connector);
  }

  /** Reads every connector; what is not as it is known to be is a failure. */
  async readAll(send: Send): Promise<void> {
    for (const connector of this.known) await this.read(send, connector);
  }

  /** Milliseconds. */
  get p99(): number {
    const sorted = [...this.times].sort((a, b) => a - b);
    return Math.round(sorted[Math.floor(sorted.length * 0.99)] ?? 0);
  }

  private async run(senders: readonly Send[], perSecond: number): Promise<void> {
    const open = new Set<Promise<void>>();
    const start = performance.now();
    for (let turn = 0; this.isRunning; turn += 1) {
      if (open.size < IN_FLIGHT) {
        const request = this.turn(this.random.pick(senders));
        open.add(request);
        void request.finally(() => open.delete(request));
      }
      const ahead = ((turn + 1) * 1000) / perSecond - (performance.now() - start);
      if (ahead > 0) await sleep(ahead);
    }
    await Promise.all(open);
  }

  private async turn(send: Send): Promise<void> {
    const free = this.known.filter(({ isBusy }) => !isBusy);
    if (free.length === 0) return;
    const connector = this.random.pick(free);
    connector.isBusy = true; // so that what it must hold is known at every moment
    try {
      if (this.random.below(3) === 0) await this.write(send, connector);
      else await this.read(send, connector);
    } catch (error) {
      this.failures.push(`A request was cut: ${error instanceof Error ? error.message : String(error)}`);
    } finally {
      connector.isBusy = false;
    }
  }

  private async write(send: Send, { id, values }: Known, key = this.random.pick([...values.keys()])): Promise<void> {
    const value = `written ${(this.writes += 1)}`;
    const { status, body, isExcused } = await this.timed(() =>
      send('PATCH', `/api/connectors/${id}`, { param_ids: [{ key, value }] }),
    );
    if (status === 200) values.set(key, [value]);
    else if (isExcused) values.set(key, [...(values.get(key) ?? []), value]);
    else this.failures.push(`A write answered ${status} ${String(body['code'])}`);
  }

  private async read(send: Send, { id, values }: Known): Promise<void> {
    const { status, body, isExcused } = await this.timed(() => send<ConnectorBody>('GET', `/api/connectors/${id}`));
    if (isExcused) return;
    if (status !== 200) return void this.failures.push(`A read answered ${status}`);
    let wrong = 0;
    for (const { key, value } of body.param_ids) {
      if (typeof value === 'string' && values.get(key)?.includes(value)) values.set(key, [value]);
      else wrong += 1;
    }
    if (wrong > 0) this.failures.push(`${wrong} values were not as they were written`);
    if (body.param_ids.length !== values.size) this.failures.push('Params are missing');
  }

  private async timed<Body>(request: () => Promise<JsonAnswer<Body>>) {
    const start = performance.now();
    const answer = await request();
    const end = performance.now();
    this.requests += 1;
    this.times.push(end - start);
    const isExcused = answer.status === 503 && end >= this.lostAt && start <= this.backAt;
    if (isExcused) this.unavailable += 1;
    return { ...answer, isExcused };
  }
}
