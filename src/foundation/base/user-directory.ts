import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';

/** How a user is shown to others. */
export interface UserLabel {
  readonly id: string;
  readonly name: string;
  readonly email: string;
}

/** Names of users, for answers that hold their ids. The caller has checked that its reader may know who it was. */
@Injectable()
export class UserDirectory {
  constructor(private readonly dataSource: DataSource) {}

  /** By id, in one query; ids that are null or of no user are left out. */
  async labelsOf(ids: Iterable<string | null>): Promise<ReadonlyMap<string, UserLabel>> {
    const asked = [...new Set(ids)].filter((id) => id !== null);
    if (asked.length === 0) return new Map();
    const labels = await this.dataSource.query<UserLabel[]>(
      `SELECT id, name, email FROM res_user WHERE id = ANY($1::uuid[])`,
      [asked],
    );
    return new Map(labels.map((label) => [label.id, label]));
  }
}
