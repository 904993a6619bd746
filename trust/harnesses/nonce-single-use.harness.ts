import type { ServerProcess, Session } from '../../test/processes/server-process.js';
import type { HarnessContext } from '../runner/context.js';
import type { Cut, Harness } from '../runner/harness.js';
import { JournalServer } from '../support/journal-server.js';

const GOOGLE = ['https://accounts.google.com', 'https://oauth2.googleapis.com', 'https://www.googleapis.com'];
const CALLBACK = '/api/connectors/oauth/callback/google_drive';
const SCOPE = 'https://www.googleapis.com/auth/drive.file';
const TOKENS = { access_token: 'a', token_type: 'Bearer', expires_in: 3600, refresh_token: 'r', scope: SCOPE };

/** A nonce stays good for its ten minutes. */
const NOT_USED_UP: Cut = [
  {
    file: 'src/foundation/connectors/oauth/oauth-state.store.js',
    find: 'DELETE FROM ir_connector_oauth_state\n         WHERE nonce_hash = $1',
    replace: 'UPDATE ir_connector_oauth_state SET expires_at = expires_at\n         WHERE nonce_hash = $1',
  },
];

export const harness: Harness = {
  name: 'nonce-single-use',
  promise: 'However many copies of one OAuth callback arrive at once or later, its code is exchanged once.',
  cuts: { 'nonce-single-use': NOT_USED_UP },
  async run(context) {
    const attack = await ReplayAttack.prepare(context);
    const [rounds, copies, replays] = [context.size(2, 5), context.size(60, 1_000), context.size(10, 100)];
    for (let round = 0; round < rounds; round += 1) await attack.round(copies, replays);
    return {
      counts: {
        rounds,
        copies: rounds * copies,
        replays: rounds * replays,
        exchanges: attack.exchanges,
        taken: attack.taken,
        busy: attack.busy,
      },
      figure: `${attack.exchanges / rounds} exchange for ${copies} copies and ${replays} replays`,
      failures: attack.failures,
    };
  },
};

/** Four servers, one authorization server, and an admin whose callback is copied. */
class ReplayAttack {
  readonly failures: string[] = [];
  exchanges = 0;
  /** Copies that were answered 200, and 503. */
  taken = 0;
  busy = 0;

  private constructor(
    private readonly servers: readonly ServerProcess[],
    private readonly session: Session,
    private readonly google: JournalServer,
  ) {}

  static async prepare(context: HarnessContext): Promise<ReplayAttack> {
    const google = await JournalServer.start(context, ({ path }, response) => {
      response.setHeader('content-type', 'application/json');
      response.end(path === '/token' ? JSON.stringify(TOKENS) : '{}');
    });
    const fleet = context.fleet(await context.database(), {
      EDE_EGRESS_ALLOW: google.host,
      EDE_ENDPOINT_OVERRIDES: JSON.stringify(Object.fromEntries(GOOGLE.map((origin) => [origin, google.origin]))),
    });
    const first = await fleet.start();
    const others = await Promise.all(Array.from({ length: context.size(1, 3) }, () => fleet.start()));
    return new ReplayAttack([first, ...others], await first.signIn(), google);
  }

  async round(copies: number, replays: number): Promise<void> {
    const callback = await this.consent();
    const before = this.codeExchanges();
    const statuses = await Promise.all(Array.from({ length: copies }, (_, copy) => this.send(callback, copy)));
    const parallel = this.codeExchanges() - before;
    for (let replay = 0; replay < replays; replay += 1) statuses.push(await this.send(callback, replay));
    const all = this.codeExchanges() - before;
    this.exchanges += all;
    if (parallel !== 1) this.failures.push(`${copies} copies at once made ${parallel} exchanges`);
    if (all !== parallel) this.failures.push(`${replays} replays made ${all - parallel} more exchanges`);
    // A thousand callers at once are more than the database sessions serve in time: 503 takes nothing.
    this.busy += statuses.filter((status) => status === 503).length;
    const odd = statuses.filter((status) => ![200, 400, 503].includes(status));
    if (odd.length > 0) this.failures.push(`${odd.length} copies were answered ${[...new Set(odd)].join(', ')}`);
    const good = statuses.filter((status) => status === 200).length;
    this.taken += good;
    if (good > 1) this.failures.push(`${good} of the copies were taken`);
  }

  /** @returns path and query of a callback with a code, as the browser would bring it. */
  private async consent(): Promise<string> {
    const { send } = this.session;
    const created = await send<{ id: string }>('POST', '/api/connectors', {
      name: 'Drive',
      category: 'storage',
      provider_type: 'google_drive',
      param_ids: [
        { key: 'client_id', value: 'client' },
        { key: 'client_secret', value: 'secret' },
      ],
    });
    const path = `/api/connectors/${created.body.id}/oauth/authorize`;
    const { status, body } = await send<{ state: string }>('POST', path);
    if (status !== 200) throw new Error(`No consent: ${status} ${JSON.stringify(body)}`);
    return `${CALLBACK}?state=${encodeURIComponent(body.state)}&code=code`;
  }

  /** One server after the other. @returns the status. */
  private async send(callback: string, copy: number): Promise<number> {
    const server = this.servers[copy % this.servers.length];
    const answer = await fetch(`${server?.url}${callback}`, {
      headers: { cookie: this.session.cookie, accept: 'application/json' },
      redirect: 'manual',
    });
    await answer.arrayBuffer();
    return answer.status;
  }

  private codeExchanges(): number {
    return this.google.received.filter(({ body }) => body.includes('grant_type=authorization_code')).length;
  }
}
