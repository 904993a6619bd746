import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { PROCESS_LIFE_SECONDS } from '../key-ring-keeper.js';

const IS_ALIVE = `NOT is_sealed AND seen_at > now() - interval '${PROCESS_LIFE_SECONDS} seconds'`;

/** What the running processes know, as they say themselves. A sealed one uses no key and is not waited for. */
@Injectable()
export class KeyProcesses {
  constructor(private readonly dataSource: DataSource) {}

  /** Processes that do not have a master key, by host and process id. @param masterKeyId hex. */
  async without(masterKeyId: string): Promise<string[]> {
    const rows = await this.dataSource.query<{ label: string }[]>(
      `SELECT label FROM base_key_process WHERE ${IS_ALIVE} AND NOT $1 = ANY(master_key_ids) ORDER BY label`,
      [masterKeyId],
    );
    return rows.map(({ label }) => label);
  }

  /** Whether some process has not taken up the present current keys yet. */
  async hasLaggard(): Promise<boolean> {
    const rows = await this.dataSource.query<unknown[]>(
      `SELECT 1 FROM base_key_process, base_key_state s WHERE ${IS_ALIVE} AND base_key_process.epoch < s.epoch LIMIT 1`,
    );
    return rows.length > 0;
  }
}
