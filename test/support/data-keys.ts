import { KeyRing } from '../../src/core/crypto/index.js';
import { TransactionRunner } from '../../src/persistence/index.js';
import type { TestApp } from './app.js';

/** As a rotation of the data keys begins: what is stored stays under the old one for now. */
export async function renewDataKey(app: TestApp, organizationId: string): Promise<void> {
  const keys = app.get(KeyRing);
  const key = await keys.prepareDataKey(organizationId);
  await app.get(TransactionRunner).run(async (tx) => {
    await tx.query('UPDATE base_data_key SET is_current = false WHERE organization_id = $1', [organizationId]);
    await keys.storeDataKey(tx, key);
  });
}
