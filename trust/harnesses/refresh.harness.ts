import type { Client } from 'pg';
import type { Session, ServerProcess } from '../../test/processes/server-process.js';
import type { HarnessContext } from '../runner/context.js';
import type { Cut, Harness } from '../runner/harness.js';
import { GoogleStandIn, googleDrive } from '../support/google-stand-in.js';
import { formWithFile, HttpSender } from '../support/http.js';
import { must } from '../support/people.js';
import { openSql } from '../support/sql.js';

const PROCESSES = 4;
const CONTENT = 'what the users read';

const EVERY_LEASE_IS_TAKEN: Cut = [
  {
    file: 'src/foundation/connectors/oauth/connector-token.store.js',
    find: 'WHERE t.lease_until IS NULL OR t.lease_until < now()',
    replace: '',
  },
];

export const harness: Harness = {
  name: 'refresh',
  promise: 'Parallel users of an expired token in four processes ask for one new token, once, and all are served.',
  cuts: { 'refresh-lease': EVERY_LEASE_IS_TAKEN },
  async run(context) {
    const google = await GoogleStandIn.start(context);
    const fleet = context.fleet(await context.database(), google.env);
    const first = await fleet.start();
    const others = await Promise.all(Array.from({ length: PROCESSES - 1 }, () => fleet.start()));
    const session = await first.signIn();
    const sql = await openSql(context, fleet.databaseUrl);
    const storm = new Storm(context, google, sql, session);
    await storm.prepare(first);
    const rounds = context.size(2, 25);
    for (let round = 0; round < rounds; round++) await storm.round([first, ...others]);
    return {
      counts: { rounds, users: storm.users, served: storm.served, refreshes: storm.refreshes },
      figure: `${storm.refreshes} refreshes for ${rounds} expired tokens`,
      failures: storm.failures,
    };
  },
};

class Storm {
  users = 0;
  served = 0;
  refreshes = 0;
  readonly failures: string[] = [];
  private path = '';

  constructor(
    private readonly context: HarnessContext,
    private readonly google: GoogleStandIn,
    private readonly sql: Client,
    private readonly session: Session,
  ) {}

  /** Documents go to the drive from here on, and one lies there. */
  async prepare(server: ServerProcess): Promise<void> {
    const { send, cookie } = this.session;
    const draft = { ...googleDrive({ refresh_token: 'refresh-0' }), is_default: true };
    const { id } = await must<{ id: string }>(send, 'POST', '/api/connectors', draft);
    await must(send, 'POST', `/api/connectors/${id}/test`, {});
    await must(send, 'POST', `/api/connectors/${id}/activate`);
    const http = this.sender(server);
    const form = formWithFile({ name: 'read.txt', type: 'text/plain', content: CONTENT });
    const headers = { ...form.headers, cookie };
    const answer = await http.send({ method: 'POST', path: '/api/storage/documents', headers, body: form.body });
    if (answer.status !== 201) throw new Error(`The upload answered ${answer.status}: ${answer.text}`);
    this.path = `/api/storage/documents/${(JSON.parse(answer.text) as { id: string }).id}/content`;
  }

  async round(servers: readonly ServerProcess[]): Promise<void> {
    await this.sql.query(`UPDATE ir_connector_token SET fresh_until = now() - interval '1 second'`);
    this.google.grants.length = 0;
    const senders = servers.map((server) => this.sender(server));
    const each = this.context.size(10, 25);
    const reads = senders.flatMap((http) => Array.from({ length: each }, () => this.read(http)));
    await Promise.all(reads);
    this.users += reads.length;
    this.refreshes += this.google.grants.length;
    if (this.google.grants.length !== 1)
      this.failures.push(`${this.google.grants.length} refreshes for one expired token`);
    if (this.google.isRevoked) this.failures.push('A spent refresh token was used: the consent is lost');
  }

  private async read(http: HttpSender): Promise<void> {
    const request = { method: 'GET', path: this.path, headers: { cookie: this.session.cookie }, timeout: 45_000 };
    const { status, text } = await http.send(request);
    if (status === 200 && text === CONTENT) this.served++;
    else this.failures.push(`A user was answered ${status}: ${text.slice(0, 200)}`);
  }

  private sender(server: ServerProcess): HttpSender {
    const http = new HttpSender(server.url, 32);
    this.context.atEnd(() => http.close());
    return http;
  }
}
