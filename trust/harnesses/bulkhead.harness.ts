import { createServer, type AddressInfo, type Socket } from 'node:net';
import type { Send } from '../../test/processes/server-process.js';
import type { HarnessContext } from '../runner/context.js';
import type { Cut, Harness } from '../runner/harness.js';

const CONNECTORS = 50;
const PER_ORGANIZATION = 4;
const IN_ALL = 32;
/** Of a test, as its answer tells it. */
const MAX_TEST_MS = 10_000;
/** What the request around a test may add on a busy machine. */
const MAX_ANSWER_MS = MAX_TEST_MS + 2_000;
/** Of the p99 of other routes; judged by a full run only, which measures for long enough. */
const MAX_SLOWDOWN = 2;

/** Each process counts for itself, as if it were the only one. */
const COUNTED_APART: Cut = [
  {
    file: 'src/foundation/connectors/test-slots.js',
    find: 'WHERE mine < $3 AND total < $4 RETURNING id',
    replace: 'WHERE $3::int > 0 AND $4::int > 0 RETURNING id',
  },
];
const WITHOUT_LIMITS: Cut = [
  ...COUNTED_APART,
  {
    file: 'src/foundation/connectors/test-limits.js',
    find: 'if (mine >= LIMITS.ofOrganization || this.total >= LIMITS.inAll)',
    replace: 'if (false)',
  },
];

/** A test takes longer than it may. */
const LATE: Cut = [
  {
    file: 'src/foundation/connectors/test-runner.js',
    find: 'AbortSignal.timeout(ENDS_AFTER_MS)',
    replace: 'AbortSignal.timeout(11_000)',
  },
];

export const harness: Harness = {
  name: 'bulkhead',
  promise:
    'Tests against services that never answer are 4 for an organization and 32 in all, over all processes, end in time, and slow nobody.',
  cuts: { 'test-limits': WITHOUT_LIMITS, 'test-slots': COUNTED_APART, 'test-time': LATE },
  slowCuts: ['test-time', 'test-limits'],
  async run(context) {
    const hole = await BlackHole.open(context);
    const fleet = context.fleet(await context.database(), { EDE_EGRESS_ALLOW: hole.host });
    const processes = [await fleet.start(), await fleet.start()];
    const senders = await Promise.all(processes.map(async (process) => (await process.signIn()).send));
    const organizations = await connectorsBySpread(senders[0] as Send, hole);
    const connectors = organizations.flat();
    const idle = await p99Of(senders, connectors, context.size(800, 8_000));

    const ofOne = organizations[0] ?? [];
    const crowd = await testAll(senders, ofOne, hole, {
      patience: MAX_ANSWER_MS,
      untilRefused: ofOne.length - PER_ORGANIZATION,
    });
    // A full run waits until the tests end by themselves.
    const tests = testAll(senders, connectors, hole, {
      patience: 2 * MAX_ANSWER_MS,
      untilRefused: context.size(connectors.length - IN_ALL, Number.POSITIVE_INFINITY),
    });
    const [storm, busy] = await Promise.all([tests, p99Of(senders, connectors, context.size(800, 8_000))]);

    const failures = [
      ...judge('tests of one organization', crowd, Math.min(PER_ORGANIZATION, organizations[0]?.length ?? 0)),
      ...judge('tests in all', storm, IN_ALL),
      ...judgeOthers(idle.p99, busy.p99, context.size(Number.POSITIVE_INFINITY, MAX_SLOWDOWN)),
    ];
    return {
      counts: {
        connectors: connectors.length,
        ran: storm.ran,
        refused: storm.refused,
        requests: idle.requests + busy.requests,
      },
      figure: `other routes p99 ${idle.p99} ms idle, ${busy.p99} ms meanwhile (${(busy.p99 / idle.p99).toFixed(1)}×), slowest test ${storm.longest} ms, ${storm.slowest} ms with its answer`,
      failures,
    };
  },
};

/** Takes connections and never says anything. */
class BlackHole {
  private readonly held = new Set<Socket>();
  private isHolding = true;

  private constructor(readonly host: string) {}

  static async open(context: HarnessContext): Promise<BlackHole> {
    const server = createServer((socket) => {
      if (hole.isHolding) hole.held.add(socket);
      else socket.destroy();
      socket.on('error', () => undefined).on('close', () => hole.held.delete(socket));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const hole = new BlackHole(`127.0.0.1:${(server.address() as AddressInfo).port}`);
    context.atEnd(async () => {
      hole.letGo();
      await new Promise((resolve) => server.close(resolve));
    });
    return hole;
  }

  hold(): void {
    this.isHolding = true;
  }

  /** Ends what waits, and whoever comes later. */
  letGo(): void {
    this.isHolding = false;
    for (const socket of this.held) socket.destroy();
  }
}

/** @returns ids of connectors by organization: the first has one more than may be tested at once. */
async function connectorsBySpread(send: Send, hole: BlackHole): Promise<string[][]> {
  const organizations: string[][] = [];
  let made = 0;
  while (made < CONNECTORS) {
    const organization = await send<{ id: string }>('POST', '/api/organizations', { name: `Number ${made}` });
    const wanted = Math.min(organizations.length === 0 ? PER_ORGANIZATION + 1 : PER_ORGANIZATION, CONNECTORS - made);
    const { id } = organization.body;
    organizations.push(await Promise.all(Array.from({ length: wanted }, () => create(send, id, hole))));
    made += wanted;
  }
  return organizations;
}

async function create(send: Send, organization_id: string, hole: BlackHole): Promise<string> {
  const values = { endpoint: `http://${hole.host}`, bucket: 'bucket', access_key: 'a', secret_key: 's' };
  const param_ids = Object.entries(values).map(([key, value]) => ({ key, value }));
  const draft = { name: 'Hole', category: 'storage', provider_type: 's3_compatible', organization_id, param_ids };
  const { status, body } = await send<{ id: string }>('POST', '/api/connectors', draft);
  if (status !== 201) throw new Error(`No connector: ${status} ${JSON.stringify(body)}`);
  return body.id;
}

interface TestAnswer {
  readonly success?: boolean;
  readonly details?: { readonly latency_ms: number };
}

interface Storm {
  readonly ran: number;
  readonly refused: number;
  readonly odd: readonly string[];
  /** Milliseconds until the last answer. */
  readonly slowest: number;
  /** Milliseconds of the longest test, as its answer tells it. */
  readonly longest: number;
}

interface Release {
  /** Milliseconds after which the black hole lets go at the latest. */
  readonly patience: number;
  /** Refusals after which it does: then all others run at the same time, however slow the machine is. */
  readonly untilRefused: number;
}

/** Tests all at once, by turns in each process. */
async function testAll(
  senders: readonly Send[],
  ids: readonly string[],
  hole: BlackHole,
  { patience, untilRefused }: Release,
): Promise<Storm> {
  hole.hold();
  let refusals = 0;
  const start = performance.now();
  const release = setTimeout(() => hole.letGo(), patience);
  const answers = await Promise.all(
    ids.map(async (id, turn) => {
      const send = senders[turn % senders.length] as Send;
      const answer = await send<TestAnswer>('POST', `/api/connectors/${id}/test`, {});
      if (answer.status === 429 && (refusals += 1) >= untilRefused) hole.letGo();
      return answer;
    }),
  );
  clearTimeout(release);
  const slowest = Math.round(performance.now() - start);
  const odd = answers
    .filter(({ status, body }) => (status !== 200 && status !== 429) || body.success === true)
    .map(({ status }) => `A test was answered ${status}`);
  const count = (wanted: number) => answers.filter(({ status }) => status === wanted).length;
  const longest = Math.max(...answers.map(({ body }) => body.details?.latency_ms ?? 0));
  return { ran: count(200), refused: count(429), odd, slowest, longest };
}

function judgeOthers(idle: number, busy: number, limit: number): string[] {
  return busy > idle * limit ? [`Other routes have a p99 of ${busy} ms meanwhile, ${idle} ms idle`] : [];
}

function judge(what: string, { ran, refused, odd, slowest, longest }: Storm, allowed: number): string[] {
  return [
    ...odd,
    ...(ran > allowed ? [`${ran} ${what} ran at once, ${refused} were refused`] : []),
    ...(ran === 0 ? [`None of the ${what} ran`] : []),
    ...(longest > MAX_TEST_MS ? [`A test took ${longest} ms by its own answer`] : []),
    ...(slowest > MAX_ANSWER_MS ? [`A test took ${slowest} ms with its answer`] : []),
  ];
}

/** What others do meanwhile: read, list, and find their session. */
async function p99Of(
  senders: readonly Send[],
  ids: readonly string[],
  ms: number,
): Promise<{ p99: number; requests: number }> {
  const times: number[] = [];
  const end = performance.now() + ms;
  for (let turn = 0; performance.now() < end; turn += 1) {
    const paths = [`/api/connectors/${ids[turn % ids.length]}`, '/api/connectors?limit=20', '/api/auth/session'];
    const send = senders[turn % senders.length] as Send;
    const start = performance.now();
    const { status } = await send('GET', paths[turn % paths.length] ?? '/');
    if (status !== 200) throw new Error(`A read was answered ${status}`);
    times.push(performance.now() - start);
  }
  times.sort((a, b) => a - b);
  return { p99: Number((times[Math.floor(times.length * 0.99)] ?? 0).toFixed(1)), requests: times.length };
}
