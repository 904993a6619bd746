import { setTimeout as sleep } from 'node:timers/promises';
import { queryOnce } from '../../support/sql.js';

const POLL_MS = 100;

interface Row {
  readonly id: string;
  readonly status: string;
  /** Rises with each process that takes the rotation. */
  readonly fence: number;
}

/** The rotation that was under work right before a kill, if any was. */
export class Interruption {
  private constructor(
    private readonly databaseUrl: string,
    private readonly before: Row | undefined,
  ) {}

  static async about(databaseUrl: string): Promise<Interruption> {
    const sql = `SELECT id, status, fence::integer FROM base_key_rotation WHERE status = 'running'`;
    const [row] = await queryOnce<Row>(databaseUrl, sql);
    return new Interruption(databaseUrl, row);
  }

  /** Asked at the end: whether it had to be taken anew, also when nobody did. Who worked on it was hit. */
  async hasHit(): Promise<boolean> {
    return (await this.state()) !== 'none';
  }

  /** @param end of the wait, on the clock of `performance`. @returns whether somebody took it; `null` when nobody had to. */
  async isTakenBefore(end: number): Promise<boolean | null> {
    for (;;) {
      const state = await this.state();
      if (state !== 'left') return state === 'taken' ? true : null;
      if (performance.now() > end) return false;
      await sleep(POLL_MS);
    }
  }

  /** `left`: nobody else has taken it so far. */
  private async state(): Promise<'none' | 'left' | 'taken'> {
    if (!this.before) return 'none';
    const { id, fence } = this.before;
    const sql = 'SELECT id, status, fence::integer FROM base_key_rotation WHERE id = $1';
    const [now] = await queryOnce<Row>(this.databaseUrl, sql, [id]);
    if (!now) throw new Error('A rotation is gone');
    if (now.fence > fence) return 'taken';
    return now.status === 'completed' ? 'none' : 'left';
  }
}
