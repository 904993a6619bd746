import type { Client } from 'pg';
import type { Cut, Harness } from '../runner/harness.js';
import { HttpSender, type HttpAnswer, type HttpRequest } from '../support/http.js';
import { inParallel } from '../support/in-parallel.js';
import { ApiDocument } from '../support/openapi.js';
import { openSql } from '../support/sql.js';
import { borrowedIds } from './tenancy/borrowed-ids.js';
import { pathTricks } from './tenancy/path-tricks.js';
import { AttackBuilder, UNKNOWN_ID, type Attack } from './tenancy/requests.js';
import { changesOf, snapshotOf } from './tenancy/snapshot.js';
import { buildWorld, type Actor, type World } from './tenancy/world.js';

const AT_ONCE = 8;
/** Would end or change the caller's own session, which is his to do. */
const OWN_SESSION = new Set(['logout', 'changePassword', 'confirmSession', 'endOtherSessions']);
/** Would sign out those whom the rest of the matrix needs. */
const SIGNS_OUT = new Set([...OWN_SESSION, 'endSession', 'endUserSessions']);
/** Writes that a member may do: his own session and tokens. A new one fails here until it is judged. */
const MEMBERS_OWN = new Set([...OWN_SESSION, 'chooseOrganization', 'createToken']);

const EVERY_ORGANIZATION_REACHED: Cut = [
  {
    file: 'src/core/access/scope.js',
    find: 'return this.isInstanceAdmin || this.memberships.has(organizationId);',
    replace: 'return true;',
  },
];

export const harness: Harness = {
  name: 'tenancy',
  promise: 'No caller reads or writes a record of an organization that is not his; a foreign record looks like none.',
  cuts: { tenancy: EVERY_ORGANIZATION_REACHED },
  async run(context) {
    const fleet = context.fleet(await context.database(), { EDE_SMTP_URL: 'smtp://127.0.0.1:9' });
    const server = await fleet.start();
    const http = new HttpSender(server.url);
    context.atEnd(() => http.close());
    const sql = await openSql(context, fleet.databaseUrl);
    const world = await buildWorld(server, http, sql, context.random.hex(12));
    const builder = new AttackBuilder(await ApiDocument.of(server.url), world, http);
    const attacks = await builder.build();
    const matrix = new Matrix(http, sql, world, attacks);
    for (const actor of world.actors) await matrix.attackAs(actor);
    matrix.failures.push(...builder.missing);
    matrix.failures.push(...(await pathTricks(http, attacks, world)), ...(await borrowedIds(http, world)));
    await matrix.ownerStillMay();
    const { requests, failures } = matrix;
    return {
      counts: { routes: attacks.length, actors: world.actors.length, requests },
      figure: `${new Set(failures).size} reads, writes or answers that tell a foreign record from none`,
      failures: [...new Set(failures)],
    };
  },
};

/** Route × actor. */
class Matrix {
  requests = 0;
  readonly failures: string[] = [];

  constructor(
    private readonly http: HttpSender,
    private readonly sql: Client,
    private readonly world: World,
    private readonly attacks: readonly Attack[],
  ) {}

  async attackAs(actor: Actor): Promise<void> {
    const before = await snapshotOf(this.sql, this.world.organizationId);
    await inParallel(this.attacks, AT_ONCE, (attack) => this[actor.kind](attack, actor));
    for (const table of changesOf(before, await snapshotOf(this.sql, this.world.organizationId)))
      this.failures.push(`${actor.name} changed ${table}`);
  }

  /** The requests were worth something: whoever may send them is not refused for what he sent. Changes the world. */
  async ownerStillMay(): Promise<void> {
    const rank = ({ operation }: Attack) => ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'].indexOf(operation.method);
    for (const attack of [...this.attacks].sort((a, b) => rank(a) - rank(b))) {
      if (attack.operation.isPublic || SIGNS_OUT.has(attack.operation.operationId) || !attack.hasIds) continue;
      const asOwner = await this.send(attack.request('attacked', this.world.owner));
      const { status } =
        asOwner.status === 403 ? await this.send(attack.request('attacked', this.world.instanceAdmin)) : asOwner;
      if ([400, 401, 403, 405, 415].includes(status))
        this.failures.push(`${attack.label} proves nothing: its owner is answered ${status}`);
    }
  }

  private async nobody(attack: Attack, actor: Actor): Promise<void> {
    const answer = await this.send(attack.request('attacked', actor.credentials));
    this.tellsNothing(attack, actor, answer);
    if (!attack.operation.isPublic && answer.status !== 401)
      this.failures.push(`${attack.label} answered ${answer.status} to ${actor.name}`);
  }

  private async foreign(attack: Attack, actor: Actor): Promise<void> {
    if (OWN_SESSION.has(attack.operation.operationId)) return;
    const request = attack.request('attacked', actor.credentials);
    const answer = await this.send(request);
    this.tellsNothing(attack, actor, answer);
    if (attack.operation.isPublic || !attack.hasIds) return;
    const unknown = await this.send(attack.request('unknown', actor.credentials));
    if (answer.status !== 404 && answer.status !== 403)
      this.failures.push(`${attack.label} answered ${answer.status} to ${actor.name}`);
    if (answer.status !== unknown.status || shapeOf(answer) !== shapeOf(unknown))
      this.failures.push(`${attack.label} tells a foreign record from none: ${answer.status}, ${unknown.status}`);
    if (attack.operation.method === 'GET') await this.withoutIds(attack, actor, request);
  }

  /** A list without the filter holds the caller's own only. */
  private async withoutIds(attack: Attack, actor: Actor, request: HttpRequest): Promise<void> {
    const path = request.path.split('?')[0] ?? '';
    this.tellsNothing(attack, actor, await this.send({ ...request, path }));
  }

  private async member(attack: Attack, actor: Actor): Promise<void> {
    if (MEMBERS_OWN.has(attack.operation.operationId) || attack.operation.isPublic) return;
    const answer = await this.send(attack.request('attacked', actor.credentials));
    if (answer.text.includes(this.world.secret)) this.failures.push(`${attack.label} told a member a secret`);
    if (!attack.isReading && answer.status !== 403 && answer.status !== 404)
      this.failures.push(`${attack.label} answered ${answer.status} to a member`);
  }

  private tellsNothing({ label }: Attack, { name }: Actor, { text }: HttpAnswer): void {
    for (const mark of [this.world.marker, this.world.secret])
      if (text.includes(mark)) this.failures.push(`${label} told ${name} something of the other organization`);
  }

  private send(request: HttpRequest): Promise<HttpAnswer> {
    this.requests++;
    return this.http.send(request);
  }
}

/** An answer without what names the request itself. */
function shapeOf({ text }: HttpAnswer): string {
  try {
    const { instance: _instance, ...rest } = JSON.parse(text) as Record<string, unknown>;
    return JSON.stringify(rest).replaceAll(UNKNOWN_ID, 'id');
  } catch {
    return text;
  }
}
