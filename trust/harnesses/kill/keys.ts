import type { Send } from '../../../test/processes/server-process.js';
import {
  keyStateOf,
  leftBehind,
  letLeasesPass,
  newestRotation,
  untilCompleted,
  type KeyState,
  type Rotation,
  type RotationKind,
} from '../../support/rotations.js';
import { queryOnce } from '../../support/sql.js';

const LIMIT_MS = 60_000;

/** The keys of a database, from rotation to rotation. */
export class Keys {
  /** Rotations that were found half-way. */
  midway = 0;
  readonly failures: string[] = [];

  private constructor(
    private readonly databaseUrl: string,
    private state: KeyState,
    private known: string | null = null,
  ) {}

  static async of(databaseUrl: string): Promise<Keys> {
    return new Keys(databaseUrl, await keyStateOf(databaseUrl));
  }

  /**
   * Brings the rotation that was asked for to its end, if it is there: then each key has its successor, else each is
   * the one that it was.
   * @returns whether it is there.
   */
  async settle(send: Send, kind: RotationKind, when: string): Promise<boolean> {
    const newest = await newestRotation(send);
    const isNew = newest !== null && newest.id !== this.known;
    const wrong = isNew ? await this.complete(send, newest) : [];
    const before = this.state;
    this.state = await keyStateOf(this.databaseUrl);
    wrong.push(...leftBehind(this.state));
    const [data, master] = [isNew && kind === 'data', isNew && kind === 'master'];
    if (haveChanged(before.dataKeys, this.state.dataKeys) !== data) wrong.push('Mixed data keys');
    if (haveChanged(before.masterKeys, this.state.masterKeys) !== master) wrong.push('Mixed master keys');
    if (!(await this.isAudited())) wrong.push('Rotations and audit rows differ');
    this.failures.push(...wrong.map((text) => `${text} after ${when}`));
    return isNew;
  }

  /** @returns what is wrong. */
  private async complete(send: Send, { id, status }: Rotation): Promise<string[]> {
    this.known = id;
    this.midway += status === 'completed' ? 0 : 1;
    await letLeasesPass(this.databaseUrl);
    const completed = await untilCompleted(send, id, LIMIT_MS);
    if (!completed) return ['A rotation did not come to its end'];
    return completed.progress.some(({ unreadable }) => unreadable > 0) ? ['Ciphertext became unreadable'] : [];
  }

  /** Each request and each completion has one row. */
  private async isAudited(): Promise<boolean> {
    const [found] = await queryOnce<{ isEqual: boolean }>(
      this.databaseUrl,
      `SELECT ARRAY(SELECT record_id FROM audit_event WHERE action = 'keys.rotation_requested' ORDER BY 1)
                = ARRAY(SELECT id::text FROM base_key_rotation ORDER BY 1)
          AND ARRAY(SELECT record_id FROM audit_event WHERE action = 'keys.rotation_completed' ORDER BY 1)
                = ARRAY(SELECT id::text FROM base_key_rotation WHERE status = 'completed' ORDER BY 1) AS "isEqual"`,
    );
    return found?.isEqual === true;
  }
}

/** @returns whether all are others, `false` when all are the same, `null` for a mixture. */
function haveChanged(before: readonly string[], now: readonly string[]): boolean | null {
  const kept = now.filter((id) => before.includes(id)).length;
  if (before.length !== now.length || (kept > 0 && kept < now.length)) return null;
  return kept === 0;
}
