import type { Random } from '../../runner/random.js';
import type { Intruder } from './intruder.js';
import { MISPLACEMENTS } from './places.js';

/** One way to tamper with a trail of so many rows. */
export interface Tampering {
  readonly name: string;
  apply(intruder: Intruder, rows: number, random: Random): Promise<void>;
}

/** A column and what it is set to: always something else than what stood there. */
const CHANGES: Readonly<Record<string, string>> = {
  id: 'id = gen_random_uuid()',
  at: `at = at - interval '1 millisecond'`,
  'kind of the actor': `actor_kind = CASE actor_kind WHEN 'user' THEN 'system' ELSE 'user' END`,
  actor: 'actor_user_id = gen_random_uuid()',
  session: 'actor_session_id = gen_random_uuid()',
  token: 'actor_token_id = gen_random_uuid()',
  address: `address = '203.0.113.9'`,
  request: `request_id = 'another'`,
  action: `action = 'organization.viewed'`,
  result: `result = CASE result WHEN 'success' THEN 'failure' ELSE 'success' END`,
  'type of the record': `record_type = 'another'`,
  record: `record_id = 'another'`,
  'changed keys': `changed_keys = array_append(changed_keys, 'another')`,
  facts: `facts = facts || '{"another": 1}'`,
  hash: `hash = sha256(hash)`,
  'hash of the row before': `prev_hash = sha256(prev_hash)`,
  signature: `mac = sha256(mac)`,
};

/** Every change alone, then with all hashes computed anew, then with all signatures taken away as well. */
export const TAMPERINGS: readonly Tampering[] = [
  ...Object.entries(CHANGES).map(([column, assignment]) => ({
    name: `change of the ${column}`,
    apply: (intruder: Intruder, rows: number, random: Random) => intruder.change(1 + random.below(rows), assignment),
  })),
  ...Object.entries(CHANGES)
    .filter(([column]) => !/hash|signature/.test(column))
    .map(([column, assignment]) => ({
      name: `change of the ${column}, all hashes computed anew`,
      async apply(intruder: Intruder, rows: number, random: Random) {
        await intruder.change(1 + random.below(rows), assignment);
        await intruder.relink();
      },
    })),
  {
    name: 'removal of one row',
    apply: (intruder, rows, random) => {
      const place = 1 + random.below(rows);
      return intruder.remove(place, place);
    },
  },
  {
    name: 'removal of one row, the rest linked anew',
    async apply(intruder, rows, random) {
      const place = 1 + random.below(rows - 1);
      await intruder.remove(place, place);
      await intruder.relink();
    },
  },
  {
    name: 'two rows in each other’s place',
    apply: (intruder, rows, random) => {
      const place = 1 + random.below(rows - 1);
      return intruder.swap(place, place + 1 + random.below(rows - place));
    },
  },
  {
    name: 'two rows in each other’s place, all hashes computed anew',
    async apply(intruder, rows, random) {
      const place = 1 + random.below(rows - 1);
      await intruder.swap(place, place + 1 + random.below(rows - place));
      await intruder.relink();
    },
  },
  { name: 'a tail cut off', apply: (intruder, rows, random) => intruder.remove(rows - random.below(3), rows) },
  {
    name: 'a tail cut off, the end moved with the signature of the row',
    async apply(intruder, rows, random) {
      const kept = rows - 1 - random.below(3);
      await intruder.remove(kept + 1, rows);
      const last = (await intruder.rows()).at(-1);
      if (last?.hash) await intruder.end(kept, last.hash, last.mac);
    },
  },
  {
    name: 'a change with all hashes computed anew and no signature left',
    async apply(intruder, rows, random) {
      await intruder.change(1 + random.below(rows), `actor_user_id = NULL, facts = '{"another": 1}'`);
      await intruder.relink();
      await intruder.unsign();
    },
  },
  { name: 'removal of all rows', apply: (intruder, rows) => intruder.remove(1, rows) },
  ...MISPLACEMENTS,
];
