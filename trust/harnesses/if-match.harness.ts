import type { Send } from '../../test/processes/server-process.js';
import type { HarnessContext } from '../runner/context.js';
import type { Cut, Harness } from '../runner/harness.js';
import { HttpSender, json, type HttpAnswer } from '../support/http.js';
import { must } from '../support/people.js';
import { StandIn } from '../support/stand-in.js';

const NO_VERSION_IS_STALE: Cut = [
  {
    file: 'src/foundation/connectors/connector-updater.js',
    find: 'if (isStale(wanted.version) || isStale(wanted.ifMatch))',
    replace: 'if (false)',
  },
];
const EVERY_RESULT_COUNTS: Cut = [
  {
    file: 'src/foundation/connectors/connector-tester.js',
    find: 'const isStale = connector.configVersion !== tested.configVersion;',
    replace: 'const isStale = false;',
  },
];

interface Hook {
  readonly id: string;
  readonly status: string;
  readonly version: number;
}

export const harness: Harness = {
  name: 'if-match',
  promise:
    'Of several PUT with one If-Match exactly one is stored; the result of an older config never overwrites a newer one.',
  cuts: { 'if-match': NO_VERSION_IS_STALE, 'stale-result': EVERY_RESULT_COUNTS },
  async run(context) {
    const gate = new Gate();
    const hooks = await StandIn.start(context, ({ url }) => gate.answer(url.pathname));
    const fleet = context.fleet(await context.database(), { EDE_EGRESS_ALLOW: hooks.host });
    const servers = [await fleet.start(), await fleet.start()];
    const { send, cookie } = await (servers[0] as (typeof servers)[0]).signIn();
    const senders = servers.map((server) => new HttpSender(server.url));
    context.atEnd(() => Promise.all(senders.map((http) => http.close())));
    const lost = await lostUpdates(context, send, { cookie, senders });
    const stale = await staleResults(context, send, { gate, origin: hooks.origin });
    return {
      counts: { rounds: lost.rounds, puts: lost.puts, accepted: lost.accepted, lateResults: stale.rounds },
      figure: `${lost.accepted} of ${lost.puts} PUT stored in ${lost.rounds} rounds, ${stale.failures.length} old results kept`,
      failures: [...lost.failures, ...stale.failures],
    };
  },
};

/** Writers in two processes who all read the same version. */
async function lostUpdates(
  context: HarnessContext,
  send: Send,
  { cookie, senders }: { cookie: string; senders: readonly HttpSender[] },
) {
  const failures: string[] = [];
  const rounds = context.size(20, 500);
  const counts = { puts: 0, accepted: 0 };
  const draft = { name: 'Contended', category: 'storage', provider_type: 's3_compatible' };
  const { id, ...created } = await must<Hook>(send, 'POST', '/api/connectors', draft);
  let { version } = created;
  for (let round = 0; round < rounds; round++) {
    const writers = 2 + context.random.below(4);
    const put = (writer: number): Promise<HttpAnswer> => {
      const { headers, body = null } = json({ name: `Round ${round} writer ${writer}` });
      const all = { ...headers, cookie, 'if-match': `"${version}"` };
      const http = senders[writer % senders.length] as HttpSender;
      return http.send({ method: 'PUT', path: `/api/connectors/${id}`, headers: all, body });
    };
    const answers = await Promise.all(Array.from({ length: writers }, (_, writer) => put(writer)));
    const stored = answers.filter(({ status }) => status < 300);
    const refused = answers.filter(({ status }) => status === 412);
    counts.puts += writers;
    counts.accepted += stored.length;
    if (stored.length !== 1 || refused.length !== writers - 1)
      failures.push(`Round ${round}: ${answers.map(({ status }) => status).join()}`);
    const now = await must<Hook & { name: string }>(send, 'GET', `/api/connectors/${id}`);
    const winner = JSON.parse(stored[0]?.text ?? '{}') as { name?: string };
    if (stored.length === 1 && now.name !== winner.name)
      failures.push(`Round ${round}: ${now.name} is not the winner's`);
    version = now.version;
  }
  return { rounds, ...counts, failures };
}

/** A test of the old config answers after the new config was tested. */
async function staleResults(context: HarnessContext, send: Send, { gate, origin }: { gate: Gate; origin: string }) {
  const failures: string[] = [];
  const rounds = context.size(3, 50);
  for (let round = 0; round < rounds; round++) {
    const [slow, quick] = [`/slow-${round}`, `/quick-${round}`];
    const params = (path: string) => ({ url: `${origin}/hook`, test_url: `${origin}${path}` });
    const param_ids = (path: string) => Object.entries(params(path)).map(([key, value]) => ({ key, value }));
    const draft = {
      name: `Hook ${round}`,
      category: 'messaging',
      provider_type: 'webhook',
      param_ids: param_ids(slow),
    };
    const { id } = await must<Hook>(send, 'POST', '/api/connectors', draft);
    const isNewGood = context.random.below(2) === 1;
    gate.statuses.set(quick, isNewGood ? 200 : 500).set(slow, isNewGood ? 500 : 200);
    const arrived = gate.hold(slow);
    const old = send('POST', `/api/connectors/${id}/test`, {});
    await arrived;
    await must(send, 'PUT', `/api/connectors/${id}`, { param_ids: param_ids(quick) });
    await must(send, 'POST', `/api/connectors/${id}/test`, {});
    const before = await must<Hook>(send, 'GET', `/api/connectors/${id}`);
    if (before.status !== (isNewGood ? 'connected' : 'error')) throw new Error(`The new config is ${before.status}`);
    gate.release(slow);
    await old;
    const after = await must<Hook>(send, 'GET', `/api/connectors/${id}`);
    if (after.status !== before.status) failures.push(`An old result made ${before.status} to ${after.status}`);
  }
  return { rounds, failures };
}

/** Paths that answer only when they are let go. */
class Gate {
  readonly statuses = new Map<string, number>();
  private readonly held = new Map<string, { arrive: () => void; release: () => void; released: Promise<void> }>();

  /** @returns when a request has come. */
  hold(path: string): Promise<void> {
    return new Promise((arrive) => {
      let release: () => void = () => undefined;
      const released = new Promise<void>((resolve) => (release = resolve));
      this.held.set(path, { arrive, release, released });
    });
  }

  release(path: string): void {
    this.held.get(path)?.release();
    this.held.delete(path);
  }

  async answer(path: string) {
    const entry = this.held.get(path);
    entry?.arrive();
    await entry?.released;
    return { status: this.statuses.get(path) ?? 200 };
  }
}
