import { isDeepStrictEqual } from 'node:util';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Fleet, Send, ServerProcess } from '../../../test/processes/server-process.js';
import type { HarnessContext } from '../../runner/context.js';
import { untilReady } from '../../support/crash.js';
import { googleDrive, type GoogleStandIn } from '../../support/google-stand-in.js';
import { HttpSender } from '../../support/http.js';
import { must } from '../../support/people.js';
import { forgetServer, type RotationKind } from '../../support/rotations.js';
import { queryOnce } from '../../support/sql.js';
import { verifyTrails } from '../../support/trails.js';
import { configOf, type Action, type Config } from './actions.js';
import { Consent } from './consent.js';
import { Keys } from './keys.js';

const LIMIT_MS = 60_000;

export interface Victim {
  readonly victim: 'app' | 'postgres';
  /** When PostgreSQL is there again: right after its end its sessions live on for a moment. */
  isBack(): Promise<void>;
}

export interface RoundResult {
  readonly isNew: boolean;
  readonly isAcknowledged: boolean;
  readonly readyMs: number;
}

/** Two connectors that go from version to version, and their keys, while their server or its database is killed. */
export class KillWorld {
  readonly failures: string[] = [];
  private readonly durations = new Map<string, number>();
  private version = 0;
  /** What each connector's config was when it was last looked at. */
  private readonly stored = new Map<string, string>();

  private constructor(
    private readonly context: HarnessContext,
    private readonly fleet: Fleet,
    private server: ServerProcess,
    private send: Send,
    private readonly ids: { readonly plain: string; readonly drive: string },
    private readonly consent: Consent,
    private readonly keys: Keys,
  ) {}

  /** Rotations that were cut half-way. */
  get midway(): number {
    return this.keys.midway;
  }

  /** How often an access token was held against the consent. */
  get consents(): number {
    return this.consent.compared;
  }

  static async build(context: HarnessContext, fleet: Fleet, google: GoogleStandIn): Promise<KillWorld> {
    const server = await fleet.start();
    const { send } = await server.signIn();
    const draft = { name: 'v0', category: 'storage', provider_type: 's3_compatible' };
    const plain = (await must<{ id: string }>(send, 'POST', '/api/connectors', draft)).id;
    const drive = (await must<{ id: string }>(send, 'POST', '/api/connectors', googleDrive())).id;
    const keys = await Keys.of(fleet.databaseUrl);
    return new KillWorld(context, fleet, server, send, { plain, drive }, new Consent(google, drive), keys);
  }

  async killServer(): Promise<void> {
    await this.server.kill();
  }

  /** One change with one kill at a random point of it. */
  async round(action: Action, { victim, isBack }: Victim, kill: () => Promise<void>): Promise<RoundResult> {
    const usual = this.durations.get(action.name) ?? (await this.measure(action));
    const version = `v${++this.version}`;
    const apply = await action.prepare(this.send, this.idOf(action), version);
    const acknowledged = apply().catch(() => false);
    await sleep(this.context.random.next() * usual * action.latest);
    const killed = performance.now();
    await kill();
    const isAcknowledged = await acknowledged;
    if (victim === 'postgres') await isBack();
    const readyMs = await this.comeBack(victim, killed);
    const isNew = await this.judge(action, version, isAcknowledged, `kill of ${victim} in ${action.name}`);
    return { isNew, isAcknowledged, readyMs };
  }

  /** @returns how many events were verified, of all that ever were. */
  async verifyTrails(): Promise<number> {
    const { events, failures } = await verifyTrails(this.send);
    this.failures.push(...failures.map((text) => `${text} after all kills`));
    return events;
  }

  /** How long a change takes when nobody is killed; leaves the connector with a known config. */
  private async measure(action: Action): Promise<number> {
    let taken = 0;
    for (let time = 0; time < 2; time++) {
      const version = `v${++this.version}`;
      const apply = await action.prepare(this.send, this.idOf(action), version);
      const start = performance.now();
      if (!(await apply())) throw new Error(`An undisturbed ${action.name} was refused`);
      taken = performance.now() - start;
      await this.judge(action, version, true, `undisturbed ${action.name}`);
    }
    this.durations.set(action.name, taken);
    return taken;
  }

  /** @returns milliseconds from the kill to a ready server. */
  private async comeBack(victim: Victim['victim'], killed: number): Promise<number> {
    if (victim === 'app') this.server = await this.restart(this.server);
    else if (this.server.hasEnded) throw new Error('The server ended with its database');
    const http = new HttpSender(this.server.url);
    try {
      await untilReady(http, LIMIT_MS);
    } finally {
      await http.close();
    }
    const readyMs = performance.now() - killed;
    if (victim === 'app') ({ send: this.send } = await this.server.signIn());
    return readyMs;
  }

  private async restart({ pid }: ServerProcess): Promise<ServerProcess> {
    await forgetServer(this.fleet.databaseUrl, pid);
    return this.fleet.start();
  }

  /** @returns whether the change is there; neither old nor new is a failure, and so is a lost one. */
  private async judge(action: Action, version: string, isAcknowledged: boolean, when: string): Promise<boolean> {
    if (action.rotates !== null) return this.judgeRotation(action.rotates, isAcknowledged, when);
    const id = this.idOf(action);
    const before = this.stored.get(id);
    const now = await this.read(id, version);
    const wanted = id === this.ids.drive ? `refresh-${version}` : version;
    const isNew = now === wanted;
    if (!isNew && now !== before) this.failures.push(`Neither old nor new after ${when}: ${now ?? 'nothing'}`);
    if (isAcknowledged && !isNew) this.failures.push(`Acknowledged and lost after ${when}`);
    if (isNew) this.stored.set(id, wanted);
    await this.assertAudited(id, when);
    return isNew;
  }

  /** Every value reads as before, half-way and at the end, and the rotation is there whole or not at all. */
  private async judgeRotation(kind: RotationKind, isAcknowledged: boolean, when: string): Promise<boolean> {
    await this.assertReadable(when);
    const isNew = await this.keys.settle(this.send, kind, when);
    if (isAcknowledged && !isNew) this.failures.push(`Acknowledged and lost after ${when}`);
    await this.assertReadable(`the end of the rotation after ${when}`);
    this.failures.push(...this.keys.failures.splice(0));
    return isNew;
  }

  private async assertReadable(when: string): Promise<void> {
    for (const [id, before] of this.stored) {
      if ((await this.read(id, before)) !== before) this.failures.push(`Values are not as they were after ${when}`);
    }
  }

  /** What a connector's config is: the version that all of it is of, or the consent. */
  private read(id: string, version: string): Promise<string | undefined> {
    return id === this.ids.drive
      ? this.consent.read(this.send)
      : this.configVersion(id, [version, this.stored.get(id)]);
  }

  /** The version that the whole config is of; `mixed` when there is none. */
  private async configVersion(id: string, versions: readonly (string | undefined)[]): Promise<string | undefined> {
    const { config } = await must<{ config: Config }>(this.send, 'GET', `/api/connectors/${id}/config`);
    if (Object.keys(config).length === 0) return undefined;
    return versions.find((one) => one !== undefined && isDeepStrictEqual(config, configOf(one))) ?? 'mixed';
  }

  /** A change and its audit row are one: the version counts the changes, and so do the rows. */
  private async assertAudited(id: string, when: string): Promise<void> {
    const rows = await queryOnce<{ version: number; changes: number }>(
      this.fleet.databaseUrl,
      `SELECT c.version, (SELECT count(*)::int FROM audit_event a WHERE a.record_id = c.id::text AND a.action IN
         ('connector.created', 'connector.updated', 'connector.config_imported', 'connector.oauth_connected')) AS changes
       FROM ir_connector c WHERE c.id = $1`,
      [id],
    );
    const { version, changes } = rows[0] ?? { version: 0, changes: -1 };
    if (version !== changes) this.failures.push(`After ${when} version ${version} has ${changes} audit rows`);
  }

  private idOf(action: Action): string {
    return action.name === 'callback' ? this.ids.drive : this.ids.plain;
  }
}
