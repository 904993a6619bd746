import type { DataSource } from 'typeorm';
import { INSTANCE } from '../../../../core/crypto/index.js';
import type { RotationJob } from './rotation.store.js';

/**
 * The owner that comes after another: the instance first, then organizations by id.
 * @param owner `null` for the first. @returns `null` after the last.
 */
export async function nextOwner(
  dataSource: DataSource,
  { organizationId }: Pick<RotationJob, 'organizationId'>,
  owner: string | null,
): Promise<string | null> {
  if (organizationId !== null) return owner === null ? organizationId : null;
  if (owner === null) return INSTANCE;
  const [next] = await dataSource.query<{ id: string }[]>(
    `SELECT id FROM res_organization WHERE $1::uuid IS NULL OR id > $1 ORDER BY id LIMIT 1`,
    [owner === INSTANCE ? null : owner],
  );
  return next?.id ?? null;
}
