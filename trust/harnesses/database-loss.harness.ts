import { setTimeout as sleep } from 'node:timers/promises';
import type { ServerProcess } from '../../test/processes/server-process.js';
import type { HarnessContext } from '../runner/context.js';
import type { Cut, Harness } from '../runner/harness.js';
import { untilReady } from '../support/crash.js';
import { HttpSender, json, type HttpAnswer } from '../support/http.js';
import type { PrivateCluster } from '../support/private-cluster.js';
import { queryOnce } from '../support/sql.js';

const CLIENTS = 12;
const LIMIT_MS = 30_000;
const RECOVERED_WITHIN_MS = 10_000;
const NO_HANG_MS = 12_000;
const LAST_WORDS = 1_500;

/** A lost database is an error like any other. */
const LOSS_IS_NOT_KNOWN: Cut = [
  {
    file: 'src/persistence/database-unavailable.js',
    find: 'if (error instanceof QueryRunnerAlreadyReleasedError)',
    replace: 'return false;\n    if (error instanceof QueryRunnerAlreadyReleasedError)',
  },
];

export const harness: Harness = {
  name: 'database-loss',
  promise:
    'When sessions or PostgreSQL itself are killed the process stays, answers 503 meanwhile, and recovers by itself.',
  cuts: { 'database-loss': LOSS_IS_NOT_KNOWN },
  async run(context) {
    const cluster = await context.cluster();
    const fleet = context.fleet(cluster.url);
    const server = await fleet.start();
    const { cookie } = await server.signIn();
    const losses = new Losses(context, server, cluster, cookie);
    const rounds = context.size(2, 20);
    for (let round = 0; round < rounds && !server.hasEnded; round++) {
      await losses.round(round).catch((error: unknown) => {
        if (!server.hasEnded) throw error;
      });
    }
    if (server.hasEnded) losses.failures.unshift(`The process ended: ${lastWords(server.output)}`);
    return {
      counts: { rounds, requests: losses.requests, unavailable: losses.unavailable, created: losses.created.length },
      figure: `recovered within ${Math.round(losses.slowest)} ms, longest answer ${Math.round(losses.longest)} ms`,
      failures: [...losses.failures, ...(server.hasEnded ? [] : await losses.check())],
    };
  },
};

/** What is worse than a warning, and what is no line of the log at all. */
function lastWords(output: string): string {
  const lines = output.split('\n').filter((line) => line !== '' && !/^\{"level":"(warn|info)"/.test(line));
  return lines.join('\n').slice(-LAST_WORDS);
}

class Losses {
  requests = 0;
  unavailable = 0;
  slowest = 0;
  longest = 0;
  readonly created: string[] = [];
  readonly failures: string[] = [];
  private readonly http: HttpSender;

  constructor(
    private readonly context: HarnessContext,
    private readonly server: ServerProcess,
    private readonly cluster: PrivateCluster,
    private readonly cookie: string,
  ) {
    this.http = new HttpSender(server.url, CLIENTS + 2);
    context.atEnd(() => this.http.close());
  }

  async round(round: number): Promise<void> {
    const stop = new AbortController();
    const clients = Array.from({ length: CLIENTS }, (_, index) => this.client(index, stop.signal));
    try {
      await sleep(200 + this.context.random.below(300));
      await (round % 2 === 0 ? this.restart() : this.endSessions());
      const recovered = await untilReady(this.http, LIMIT_MS);
      this.slowest = Math.max(this.slowest, recovered);
      if (recovered > RECOVERED_WITHIN_MS) this.failures.push(`Ready only after ${Math.round(recovered)} ms`);
      await sleep(200);
    } finally {
      stop.abort();
      await Promise.all(clients);
    }
  }

  /** What was acknowledged is there, and all works again. */
  async check(): Promise<string[]> {
    const sql = 'SELECT id FROM ir_connector WHERE id = ANY($1::uuid[])';
    const rows = await queryOnce(this.cluster.url, sql, [this.created]);
    const lost = this.created.length - rows.length;
    const failures = lost > 0 ? [`${lost} acknowledged connectors are not stored`] : [];
    if (this.created.length === 0) failures.push('Nothing was created: nothing was tried');
    if (this.unavailable === 0) failures.push('The loss was not noticed: nothing was tried');
    const { status } = await this.http.send({
      method: 'GET',
      path: '/api/connectors',
      headers: { cookie: this.cookie },
    });
    return status === 200 ? failures : [...failures, `Afterwards a list answers ${status}`];
  }

  /** PostgreSQL is killed again and again for a while: it is away, and seen to be. */
  private async restart(): Promise<void> {
    const end = performance.now() + this.context.size(500, 2_000);
    let isLive = true;
    while (performance.now() < end) {
      this.cluster.kill();
      const { status } = await this.http.send({ method: 'GET', path: '/health/live' });
      isLive &&= status === 200;
      await sleep(50);
    }
    if (!isLive) this.failures.push('The process said that it is not alive');
  }

  private async endSessions(): Promise<void> {
    for (let time = 0; time < 5; time++) {
      const sql = `SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
        WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'`;
      await queryOnce(this.cluster.url, sql);
      await sleep(30);
    }
  }

  private async client(index: number, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const start = performance.now();
      const answer = await this.send(index).catch((error: unknown) => String(error));
      if (this.server.hasEnded) return;
      const took = performance.now() - start;
      this.requests++;
      this.longest = Math.max(this.longest, took);
      if (took > NO_HANG_MS) this.failures.push(`An answer took ${Math.round(took)} ms`);
      if (typeof answer === 'string') this.failures.push(`No answer: ${answer}`);
      else this.judge(answer);
      await sleep(10);
    }
  }

  private judge({ status, text }: HttpAnswer): void {
    if (status === 503) this.unavailable++;
    else if (status === 201) this.created.push((JSON.parse(text) as { id: string }).id);
    else if (status !== 200) this.failures.push(`Answered ${status}: ${text.slice(0, 200)}`);
  }

  private send(index: number): Promise<HttpAnswer> {
    const headers = { cookie: this.cookie };
    if (index % 3 !== 0) return this.http.send({ method: 'GET', path: '/api/connectors?limit=5', headers });
    const draft = json({ name: 'Created', category: 'storage', provider_type: 's3_compatible' });
    return this.http.send({
      method: 'POST',
      path: '/api/connectors',
      ...draft,
      headers: { ...draft.headers, ...headers },
    });
  }
}
