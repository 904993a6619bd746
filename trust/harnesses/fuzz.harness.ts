import fc from 'fast-check';
import { setTimeout as sleep } from 'node:timers/promises';
import type { HarnessContext } from '../runner/context.js';
import type { Cut, Harness } from '../runner/harness.js';
import { HttpSender, json, type HttpRequest } from '../support/http.js';
import { inParallel } from '../support/in-parallel.js';
import { ApiDocument } from '../support/openapi.js';
import { createToken, createUser, must, signIn, type Credentials } from '../support/people.js';
import type { Send, ServerProcess } from '../../test/processes/server-process.js';
import { RequestMaker } from './fuzz/requests.js';

const AT_ONCE = 24;
const CHUNK = 500;
/** After so many failures nothing more is to be learnt. */
const ENOUGH = 20;
const NO_HANG_MS = 2_000;
const WATCH = new URL('./fuzz/prototype-watch.mjs', import.meta.url).href;

const ANY_TEXT_IS_STORED: Cut = [
  {
    file: 'src/core/web/text-check.js',
    find: "return !text.includes('\\0') && !LONE_SURROGATE.test(text);",
    replace: 'return true;',
  },
];

export const harness: Harness = {
  name: 'fuzz',
  promise: 'No request made from the OpenAPI document is answered with 500 or more, hangs, or changes a prototype.',
  cuts: { 'stored-text': ANY_TEXT_IS_STORED },
  slowCuts: ['stored-text'],
  async run(context) {
    const fleet = context.fleet(await context.database(), { NODE_OPTIONS: `--import=${WATCH}` });
    const server = await fleet.start();
    const http = new HttpSender(server.url, AT_ONCE);
    context.atEnd(() => http.close());
    const { ids, callers } = await prepare(server);
    const document = await ApiDocument.of(server.url);
    const fuzz = new Fuzz(http, server, new RequestMaker(document, ids, callers), context.isShort);
    await fuzz.run(context);
    return { counts: fuzz.counts(), figure: fuzz.figure(), failures: fuzz.failures };
  },
};

/** Records to aim at, and who aims. */
async function prepare(server: ServerProcess): Promise<{ ids: string[]; callers: Credentials[] }> {
  const { send } = await server.signIn();
  const organizationId = (await must<{ organization_id: string }>(send, 'GET', '/api/auth/session')).organization_id;
  const target = await createUser(send, 'target@example.com', []);
  await createUser(send, 'member@example.com', [{ organization_id: organizationId, role: 'member' }]);
  const { credentials: member } = await signIn(server, 'member@example.com');
  const { cookie } = await server.signIn();
  const token = await createToken(send, organizationId, ['read', 'write', 'send', 'admin']);
  const ids = [organizationId, target, ...(await connectors(send)), '01935a5e-0000-7000-8000-00000000dead'];
  return { ids, callers: [{ cookie }, { cookie }, { cookie }, token, member, {}, { authorization: 'Bearer x' }] };
}

async function connectors(send: Send): Promise<string[]> {
  const ids: string[] = [];
  for (const [category, provider_type] of [
    ['storage', 's3_compatible'],
    ['messaging', 'webhook'],
    ['storage', 'google_drive'],
  ])
    ids.push(
      (await must<{ id: string }>(send, 'POST', '/api/connectors', { name: 'Target', category, provider_type })).id,
    );
  return ids;
}

class Fuzz {
  readonly failures: string[] = [];
  private readonly statuses: Record<string, number> = {};
  private readonly times: number[] = [];

  constructor(
    private readonly http: HttpSender,
    private readonly server: ServerProcess,
    private readonly requests: RequestMaker,
    /** A short run is beside other tests: what is slow in the crowd must be slow alone too to count as a hang. */
    private readonly isBesideOthers: boolean,
  ) {}

  async run(context: HarnessContext): Promise<void> {
    const all = this.requests.all();
    const slow: HttpRequest[] = [];
    const total = context.size(1_500, 100_000);
    for (let done = 0; done < total && !this.server.hasEnded && this.failures.length < ENOUGH; done += CHUNK) {
      // By chunks, each with a seed of its own: a chunk is repeated without those before it.
      const chunk = fc.sample(all, { seed: context.seed + done, numRuns: CHUNK });
      await inParallel(chunk, AT_ONCE, async (request) => {
        if ((await this.send(request)) > NO_HANG_MS) slow.push(request);
      });
      if (done % 10_000 === 0) context.note(`${done} of ${total}`);
    }
    for (const request of slow) {
      const time = this.isBesideOthers ? await this.send(request) : Number.POSITIVE_INFINITY;
      if (time > NO_HANG_MS) this.failures.push(`More than ${NO_HANG_MS} ms: ${describe(request)}`);
    }
    await this.check();
  }

  counts(): Record<string, number> {
    return { requests: this.times.length, ...this.statuses };
  }

  figure(): string {
    const sorted = this.times.sort((a, b) => a - b);
    const at = (share: number) => Math.round(sorted[Math.floor((sorted.length - 1) * share)] ?? 0);
    const broken = Object.entries(this.statuses).filter(([status]) => status >= '5xx').length;
    return `${broken} kinds of answers from 500 on, p99 ${at(0.99)} ms, longest ${at(1)} ms`;
  }

  /** @returns milliseconds. */
  private async send(request: HttpRequest): Promise<number> {
    const start = performance.now();
    try {
      const { status } = await this.http.send({ ...request, timeout: 10_000 });
      const kind = `${Math.floor(status / 100)}xx`;
      this.statuses[kind] = (this.statuses[kind] ?? 0) + 1;
      if (status >= 500) this.failures.push(`${status}: ${describe(request)}`);
    } catch (error) {
      this.failures.push(`No answer (${String(error)}): ${describe(request)}`);
    }
    const time = performance.now() - start;
    this.times.push(time);
    return time;
  }

  private async check(): Promise<void> {
    await sleep(200); // the watch looks every 100 ms
    if (this.server.hasEnded) this.failures.push('The process ended');
    for (const line of this.server.output.match(/PROTOTYPE CHANGED: \w+/g) ?? []) this.failures.push(line);
    if ((this.statuses['2xx'] ?? 0) === 0) this.failures.push('No request got through: nothing was tried');
    const alive = await this.http.send({
      method: 'POST',
      path: '/api/auth/login',
      ...json({ email: 'x', password: 'y' }),
    });
    if (alive.status >= 500) this.failures.push(`Afterwards sign-in answers ${alive.status}`);
  }
}

function describe({ method, path, headers, body }: HttpRequest): string {
  const { cookie: _cookie, authorization: _authorization, ...shown } = headers ?? {};
  return `${method} ${path.slice(0, 300)} ${JSON.stringify(shown)} ${JSON.stringify(body?.toString().slice(0, 300) ?? null)}`;
}
