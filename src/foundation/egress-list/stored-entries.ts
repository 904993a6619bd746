import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { EgressAllowList, type AllowListSource } from '../../core/egress/index.js';

/** Hands the stored entries to the egress door of this process. */
@Injectable()
export class StoredEntries implements AllowListSource {
  constructor(
    private readonly dataSource: DataSource,
    allowList: EgressAllowList,
  ) {
    allowList.readFrom(this);
  }

  async load(): Promise<string[]> {
    const rows = await this.dataSource.query<{ entry: string }[]>('SELECT entry FROM egress_allow_entry');
    return rows.map(({ entry }) => entry);
  }
}
