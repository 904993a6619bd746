import type { Client } from 'pg';
import type { HttpAnswer, HttpRequest, HttpSender } from '../../support/http.js';
import { inParallel } from '../../support/in-parallel.js';
import { mustRefuse } from './guard.js';
import { UNKNOWN_ID, type Attack } from './requests.js';
import { changesOf, snapshotOf } from './snapshot.js';
import type { Actor, World } from './world.js';

const AT_ONCE = 8;
/** Would end or change the caller's own session, which is his to do. */
export const OWN_SESSION = new Set(['logout', 'changePassword', 'confirmSession', 'endOtherSessions']);
/** Writes that a member may do: his own session and tokens. A new one fails here until it is judged. */
const MEMBERS_OWN = new Set([...OWN_SESSION, 'chooseOrganization', 'createToken']);

/** Route × actor. */
export class Matrix {
  requests = 0;
  /** Answers that had to be 403 by the role or the scopes of the caller. */
  refusals = 0;
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

  private async nobody(attack: Attack, actor: Actor): Promise<void> {
    const answer = await this.send(attack.request('attacked', actor.credentials));
    this.tellsNothing(attack, actor, answer);
    if (!attack.operation.isPublic && answer.status !== 401)
      this.failures.push(`${attack.label} answered ${answer.status} to ${actor.name}`);
  }

  private async foreign(attack: Attack, actor: Actor): Promise<void> {
    if (this.isHisToDo(OWN_SESSION, attack, actor)) return;
    const request = attack.request('attacked', actor.credentials);
    const answer = await this.send(request);
    this.tellsNothing(attack, actor, answer);
    if (attack.operation.isPublic) return;
    this.judgeRefusal(attack, actor, answer);
    if (!attack.hasIds) return;
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

  private async reader(attack: Attack, actor: Actor): Promise<void> {
    if (attack.operation.isPublic || this.isHisToDo(MEMBERS_OWN, attack, actor)) return;
    const answer = await this.send(attack.request('attacked', actor.credentials));
    if (answer.text.includes(this.world.secret)) this.failures.push(`${attack.label} told ${actor.name} a secret`);
    this.judgeRefusal(attack, actor, answer);
    if (!attack.isReading && answer.status !== 403 && answer.status !== 404)
      this.failures.push(`${attack.label} answered ${answer.status} to ${actor.name}`);
  }

  private isHisToDo(own: ReadonlySet<string>, { operation }: Attack, actor: Actor): boolean {
    return own.has(operation.operationId) && !mustRefuse(operation, actor);
  }

  private judgeRefusal({ operation, label }: Attack, actor: Actor, { status }: HttpAnswer): void {
    if (!mustRefuse(operation, actor)) return;
    this.refusals += 1;
    if (status !== 403) this.failures.push(`${label} answered ${status} to ${actor.name}, who must be refused`);
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
