import { setTimeout as sleep } from 'node:timers/promises';
import type { Fleet } from '../../test/processes/server-process.js';
import type { HarnessContext } from '../runner/context.js';
import type { Cut, Harness } from '../runner/harness.js';
import { formWithFile, HttpSender, json, type HttpRequest } from '../support/http.js';
import { must } from '../support/people.js';
import { queryOnce } from '../support/sql.js';
import { StandIn } from '../support/stand-in.js';

const CLIENTS = 24;
const EXIT_WITHIN_MS = 15_000;
/** What was sent so long before the signal has been accepted by then. */
const SURELY_ACCEPTED_MS = 250;
const SLOW_MS = 2_500;

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
    for (let round = 0; round < total; round++) await rounds.round();
    return {
      counts: { rounds: total, requests: rounds.requests, inFlight: rounds.inFlight, created: rounds.created },
      figure: `${rounds.cut} of ${rounds.inFlight} accepted requests cut, ended within ${Math.round(rounds.slowest)} ms`,
      failures: rounds.failures,
    };
  },
};

interface Sent {
  readonly what: string;
  readonly at: number;
  /** `null` when there was no whole answer. */
  readonly status: number | null;
  readonly answeredAt: number;
  readonly createdId: string | null;
}

class Rounds {
  requests = 0;
  inFlight = 0;
  created = 0;
  cut = 0;
  slowest = 0;
  readonly failures: string[] = [];

  constructor(
    private readonly context: HarnessContext,
    private readonly fleet: Fleet,
    private readonly slowOrigin: string,
  ) {}

  async round(): Promise<void> {
    const server = await this.fleet.start();
    const { send, cookie } = await server.signIn();
    const params = { url: `${this.slowOrigin}/hook`, test_url: `${this.slowOrigin}/test` };
    const param_ids = Object.entries(params).map(([key, value]) => ({ key, value }));
    const draft = { name: 'Slow', category: 'messaging', provider_type: 'webhook', param_ids };
    const { id } = await must<{ id: string }>(send, 'POST', '/api/connectors', draft);
    const http = new HttpSender(server.url, CLIENTS);
    const stop = new AbortController();
    const clients = Array.from({ length: CLIENTS }, (_, index) =>
      this.client(http, { cookie, id, index }, stop.signal),
    );
    await sleep(800 + this.context.random.below(1_500));
    const signalled = performance.now();
    const code = await server.terminate();
    const took = performance.now() - signalled;
    stop.abort();
    const sent = (await Promise.all(clients)).flat();
    await http.close();
    this.slowest = Math.max(this.slowest, took);
    if (code !== 0) this.failures.push(`The process ended with ${code ?? 'a signal'}`);
    if (took > EXIT_WITHIN_MS) this.failures.push(`The process ended only after ${Math.round(took)} ms`);
    await this.judge(sent, signalled);
  }

  private async judge(sent: readonly Sent[], signalled: number): Promise<void> {
    this.requests += sent.length;
    const accepted = sent.filter(({ at, answeredAt }) => at < signalled - SURELY_ACCEPTED_MS && answeredAt > signalled);
    this.inFlight += accepted.length;
    if (accepted.length === 0) this.failures.push('Nothing was in flight: nothing was tried');
    for (const { what, status } of accepted) {
      if (status === null) this.cut++;
      if (status === null || status >= 500)
        this.failures.push(`${what} was ${status === null ? 'cut' : `answered ${status}`}`);
    }
    const ids = sent.flatMap(({ createdId }) => createdId ?? []);
    this.created += ids.length;
    const sql = 'SELECT id FROM ir_connector WHERE id = ANY($1::uuid[])';
    const rows = await queryOnce<{ id: string }>(this.fleet.databaseUrl, sql, [ids]);
    if (rows.length !== ids.length)
      this.failures.push(`${ids.length - rows.length} acknowledged connectors are not stored`);
  }

  /** One after the other until the server takes no more. */
  private async client(http: HttpSender, who: { cookie: string; id: string; index: number }, signal: AbortSignal) {
    const sent: Sent[] = [];
    while (!signal.aborted) {
      const [what, request] = this.next(who);
      const at = performance.now();
      const answer = await http.send({ ...request, timeout: 20_000 }).catch(() => null);
      const isCreated = answer?.status === 201 && what === 'create';
      const createdId = isCreated ? (JSON.parse(answer.text) as { id: string }).id : null;
      sent.push({ what, at, status: answer?.status ?? null, answeredAt: performance.now(), createdId });
      if (answer === null) break;
    }
    return sent;
  }

  private next({ cookie, id, index }: { cookie: string; id: string; index: number }): [string, HttpRequest] {
    const authorized = (request: HttpRequest) => ({ ...request, headers: { ...request.headers, cookie } });
    // Some are always in the middle of something long.
    if (index < 3)
      return ['slow test', authorized({ method: 'POST', path: `/api/connectors/${id}/test`, ...json({}) })];
    const draft = {
      name: `Created ${this.context.random.hex(6)}`,
      category: 'storage',
      provider_type: 's3_compatible',
    };
    const file = { name: 'a.bin', type: 'text/plain', content: 'x'.repeat(500_000) };
    const choices: (() => [string, HttpRequest])[] = [
      () => ['list', { method: 'GET', path: '/api/connectors' }],
      () => ['create', { method: 'POST', path: '/api/connectors', ...json(draft) }],
      () => ['rename', { method: 'PATCH', path: `/api/connectors/${id}`, ...json({ name: draft.name }) }],
      () => ['upload', { method: 'POST', path: '/api/storage/documents', ...formWithFile(file) }],
    ];
    const [what, request] = this.context.random.pick(choices)();
    return [what, authorized(request)];
  }
}
