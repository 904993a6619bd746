import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { Fleet, type Send } from './server-process.js';

export interface SwitchOptions {
  readonly databaseUrl: string;
  readonly processes: number;
  /** In all. */
  readonly switches: number;
  /** In each process. */
  readonly inFlight: number;
  /** The project whose built server is run; this one unless said otherwise. */
  readonly root?: string;
}

export interface SwitchReport {
  /** Requests that were answered. */
  readonly switches: number;
  /** Answers that were not 2xx, by status. */
  readonly refused: Readonly<Record<string, number>>;
  readonly samples: number;
  /** The most defaults of one category and organization that any sample saw. */
  readonly mostDefaults: number;
  readonly defaultsAtTheEnd: number;
  readonly perSecond: number;
  /** Milliseconds, of all switches. */
  readonly p50: number;
  readonly p99: number;
}

const CONNECTORS = 8;
const draft = (name: string, is_default: boolean) => ({
  name,
  category: 'storage',
  provider_type: 's3_compatible',
  is_default,
});

/** Makes many callers in several processes switch one default at once, and watches the table meanwhile. */
export async function switchDefaults(options: SwitchOptions): Promise<SwitchReport> {
  const fleet = new Fleet(options.databaseUrl, {}, options.root);
  const watch = new DefaultWatch(options.databaseUrl);
  try {
    const first = await fleet.start(); // alone: it migrates and makes the admin
    const others = await Promise.all(Array.from({ length: options.processes - 1 }, () => fleet.start()));
    const sessions = await Promise.all([first, ...others].map((server) => server.signIn()));
    const senders = sessions.map(({ send }) => send);
    const ids = await createConnectors(senders[0] as Send);
    await watch.start();
    const load = new SwitchLoad(ids, options.switches);
    const start = performance.now();
    await Promise.all(senders.flatMap((send) => Array.from({ length: options.inFlight }, () => load.work(send))));
    const seconds = (performance.now() - start) / 1000;
    const { samples, mostDefaults } = await watch.stop();
    return { ...load.report(seconds), samples, mostDefaults, defaultsAtTheEnd: await watch.count() };
  } finally {
    await watch.close();
    await fleet.close();
  }
}

async function createConnectors(send: Send): Promise<string[]> {
  const ids: string[] = [];
  for (let index = 0; index < CONNECTORS; index++) {
    const { status, body } = await send<{ id: string }>('POST', '/api/connectors', draft(`Connector ${index}`, false));
    if (status !== 201) throw new Error(`A connector was not created: ${status} ${JSON.stringify(body)}`);
    ids.push(body.id);
  }
  return ids;
}

/** Hands out the switches: four in five set the default of an existing connector, the others create and delete one. */
class SwitchLoad {
  private started = 0;
  private readonly times: number[] = [];
  private readonly refused: Record<string, number> = {};

  constructor(
    private readonly ids: readonly string[],
    private readonly total: number,
  ) {}

  async work(send: Send): Promise<void> {
    while (this.started < this.total) {
      const turn = this.started++;
      if (turn % 5 === 0) await this.createAndDelete(send, turn);
      else
        await this.timed(send, turn % 2 ? 'PUT' : 'PATCH', `/${this.ids[turn % this.ids.length] ?? ''}`, {
          is_default: true,
        });
    }
  }

  report(seconds: number) {
    const sorted = [...this.times].sort((a, b) => a - b);
    const at = (share: number) => Math.round(sorted[Math.floor(sorted.length * share)] ?? 0);
    return {
      switches: sorted.length,
      refused: this.refused,
      perSecond: Math.round(sorted.length / seconds),
      p50: at(0.5),
      p99: at(0.99),
    };
  }

  private async createAndDelete(send: Send, turn: number): Promise<void> {
    const created = await this.timed(send, 'POST', '', draft(`New ${turn}`, true));
    if (typeof created['id'] === 'string') await this.timed(send, 'DELETE', `/${created['id']}`);
  }

  private async timed(send: Send, method: string, path: string, body?: object): Promise<Record<string, unknown>> {
    const start = performance.now();
    const answer = await send(method, `/api/connectors${path}`, body);
    this.times.push(performance.now() - start);
    if (answer.status >= 300) this.refused[answer.status] = (this.refused[answer.status] ?? 0) + 1;
    return answer.body;
  }
}

/** Counts defaults in the table, over and over. */
class DefaultWatch {
  private readonly client: Client;
  private isWatching = false;
  private watching: Promise<{ samples: number; mostDefaults: number }> | null = null;

  constructor(databaseUrl: string) {
    this.client = new Client({ connectionString: databaseUrl });
  }

  async start(): Promise<void> {
    await this.client.connect();
    this.isWatching = true;
    this.watching = this.watch();
  }

  async stop(): Promise<{ samples: number; mostDefaults: number }> {
    this.isWatching = false;
    return (await this.watching) ?? { samples: 0, mostDefaults: 0 };
  }

  /** The most defaults that one category and organization has now. */
  async count(): Promise<number> {
    const { rows } = await this.client.query<{ most: number }>(
      `SELECT coalesce(max(n), 0)::int AS most FROM
         (SELECT count(*) AS n FROM ir_connector WHERE is_default GROUP BY organization_id, category) AS defaults`,
    );
    return rows[0]?.most ?? 0;
  }

  async close(): Promise<void> {
    await this.stop();
    await this.client.end();
  }

  private async watch(): Promise<{ samples: number; mostDefaults: number }> {
    let [samples, mostDefaults] = [0, 0];
    while (this.isWatching) {
      mostDefaults = Math.max(mostDefaults, await this.count());
      samples++;
      await sleep(2);
    }
    return { samples, mostDefaults };
  }
}
