import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Fleet, Session } from '../../test/processes/server-process.js';
import type { HarnessContext } from '../runner/context.js';
import type { Cut, Harness } from '../runner/harness.js';
import { must } from '../support/people.js';
import { queryOnce } from '../support/sql.js';
import { StandIn } from '../support/stand-in.js';
import { Exchanges } from './shutdown/exchange.js';
import { KINDS, largeContent, Load, uploadOf, type Kind, type LargeDocument, type Sent } from './shutdown/load.js';

const CLIENTS = 24;
const EXIT_WITHIN_MS = 15_000;
const SLOW_MS = 2_500;
/** For the requests that the last round waits for. */
const WAIT_MS = 5_000;
/** How long the slow clients leave the server waiting in the middle of an upload or a download. */
const PAUSE_MS = 1_500;

const NOBODY_IS_WAITED_FOR: Cut = [
  { file: 'src/server-process.js', find: 'await this.drain?.run(DRAIN_MS);', replace: 'process.exit(0);' },
];

export const harness: Harness = {
  name: 'shutdown',
  promise:
    'SIGTERM under load: every accepted request is answered, what was acknowledged is stored, and the process ends with 0 in 15 s.',
  cuts: { drain: NOBODY_IS_WAITED_FOR },
  async run(context) {
    const slow = await StandIn.start(context, async () => {
      await sleep(SLOW_MS);
      return { status: 200 };
    });
    const fleet = context.fleet(await context.database(), { EDE_EGRESS_ALLOW: slow.host });
    const rounds = new Rounds(context, fleet, slow.origin);
    const total = context.size(1, 20);
    for (let round = 1; round <= total; round++) await rounds.round(round === total ? rounds.untried : []);
    const all = KINDS.reduce((sum, kind) => sum + rounds.inFlight[kind], 0);
    return {
      counts: {
        rounds: total,
        requests: rounds.requests,
        inFlight: all,
        ...Object.fromEntries(KINDS.map((kind) => [`${kind}s`, rounds.inFlight[kind]])),
        created: rounds.created,
      },
      figure: `${rounds.cut} of ${all} accepted requests cut, ended within ${Math.round(rounds.slowest)} ms`,
      failures: [...rounds.failures, ...rounds.untried.map((kind) => `No ${kind} was in flight: nothing was tried`)],
    };
  },
};

class Rounds {
  requests = 0;
  /** Accepted before the signal, ended after it. */
  readonly inFlight: Record<Kind, number> = { test: 0, upload: 0, download: 0, read: 0, write: 0 };
  created = 0;
  cut = 0;
  slowest = 0;
  readonly failures: string[] = [];
  private document: LargeDocument | null = null;

  constructor(
    private readonly context: HarnessContext,
    private readonly fleet: Fleet,
    private readonly slowOrigin: string,
  ) {}

  /** Of which none was in flight when a signal came. */
  get untried(): Kind[] {
    return KINDS.filter((kind) => this.inFlight[kind] === 0);
  }

  /** The signal comes at any time, if need be a little later: when one of each wanted kind is in flight. */
  async round(wanted: readonly Kind[]): Promise<void> {
    const { random } = this.context;
    const server = await this.fleet.start();
    const session = await server.signIn();
    const exchanges = new Exchanges(server.url, PAUSE_MS);
    const document = (this.document ??= await this.upload(exchanges, session));
    const connectorId = await this.slowConnector(session);
    const load = new Load(random, exchanges, { cookie: session.cookie, connectorId, document });
    const stop = new AbortController();
    const clients = Array.from({ length: CLIENTS }, (_, index) => load.client(index, stop.signal));
    await sleep(800 + random.below(1_500));
    await Promise.race([load.allInFlight(wanted), sleep(WAIT_MS, undefined, { ref: false })]);
    const signalled = performance.now();
    const code = await server.terminate();
    const took = performance.now() - signalled;
    stop.abort();
    const sent = (await Promise.all(clients)).flat();
    exchanges.close();
    this.slowest = Math.max(this.slowest, took);
    if (code !== 0) this.failures.push(`The process ended with ${code ?? 'a signal'}`);
    if (took > EXIT_WITHIN_MS) this.failures.push(`The process ended only after ${Math.round(took)} ms`);
    this.judge(sent, signalled);
    await this.count(sent);
  }

  private async upload(exchanges: Exchanges, { cookie }: Session): Promise<LargeDocument> {
    const content = largeContent(this.context.random);
    const request = uploadOf(content);
    const { status, text } = await exchanges.send({ ...request, headers: { ...request.headers, cookie } }, 'quick');
    if (status !== 201) throw new Error(`The large document was not stored: ${status} ${text}`);
    const { id } = JSON.parse(text) as { id: string };
    return { id, sha256: createHash('sha256').update(content).digest('hex') };
  }

  private async slowConnector({ send }: Session): Promise<string> {
    const params = { url: `${this.slowOrigin}/hook`, test_url: `${this.slowOrigin}/test` };
    const param_ids = Object.entries(params).map(([key, value]) => ({ key, value }));
    const draft = { name: 'Slow', category: 'messaging', provider_type: 'webhook', param_ids };
    return (await must<{ id: string }>(send, 'POST', '/api/connectors', draft)).id;
  }

  private judge(sent: readonly Sent[], signalled: number): void {
    this.requests += sent.length;
    for (const { kind, acceptedAt, endedAt, status } of sent) {
      if (acceptedAt === null || acceptedAt >= signalled || endedAt <= signalled) continue;
      this.inFlight[kind]++;
      if (status === null) this.cut++;
      if (status === null || status >= 500)
        this.failures.push(`A ${kind} was ${status === null ? 'cut' : `answered ${status}`}`);
    }
  }

  /** What was acknowledged must be there. */
  private async count(sent: readonly Sent[]): Promise<void> {
    for (const [kind, table] of [
      ['write', 'ir_connector'],
      ['upload', 'storage_document'],
    ] as const) {
      const acknowledged = sent.filter((one) => one.kind === kind && one.status === 201);
      const ids = acknowledged.map(({ text }) => (JSON.parse(text) as { id: string }).id);
      this.created += ids.length;
      const sql = `SELECT id FROM ${table} WHERE id = ANY($1::uuid[])`;
      const rows = await queryOnce(this.fleet.databaseUrl, sql, [ids]);
      if (rows.length !== ids.length)
        this.failures.push(`${ids.length - rows.length} acknowledged rows of ${table} are not stored`);
    }
  }
}
