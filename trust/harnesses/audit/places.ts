import type { Random } from '../../runner/random.js';
import type { Intruder } from './intruder.js';
import type { Tampering } from './tampering.js';

/** Each alone, and then with all hashes computed anew. */
function withLinks({ name, apply }: Tampering): Tampering[] {
  return [
    { name, apply },
    {
      name: `${name}, all hashes computed anew`,
      async apply(intruder, rows, random) {
        await apply(intruder, rows, random);
        await intruder.relink();
      },
    },
  ];
}

/** Rows that were never written, or not here. */
const FOREIGN_ROWS: readonly Tampering[] = [
  {
    name: 'a forged row in the middle, with the signature of another',
    apply: (intruder: Intruder, rows: number, random: Random) =>
      intruder.forge(2 + random.below(rows - 1), 1 + random.below(rows)),
  },
  {
    name: 'a forged row at the end, with the signature of the last',
    apply: (intruder: Intruder, rows: number) => intruder.forge(rows + 1, rows),
  },
  {
    name: 'a row of another organization in between',
    apply: (intruder: Intruder, rows: number, random: Random) =>
      intruder.transplant(1 + random.below(rows / 2), 1 + random.below(rows), true),
  },
  {
    name: 'a row of another organization in the place of the one with its number',
    apply: (intruder: Intruder, rows: number, random: Random) => {
      const place = 1 + random.below(rows / 2);
      return intruder.transplant(place, place, false);
    },
  },
].flatMap(withLinks);

const ENDS: readonly Tampering[] = [
  {
    name: 'a forged row at the end, which is made the end with its signature',
    async apply(intruder, rows) {
      await intruder.forge(rows + 1, rows);
      await intruder.relink();
      const last = (await intruder.rows()).at(-1);
      if (last?.hash) await intruder.end(rows + 1, last.hash, last.mac);
    },
  },
  { name: 'the trail of another organization, end and all', apply: (intruder) => intruder.replaceAll() },
  {
    name: 'a row given to another organization',
    apply: (intruder, rows, random) => intruder.giveAway(1 + random.below(rows)),
  },
  {
    name: 'two rows in each other’s place in the order of writing',
    apply(intruder, rows, random) {
      const place = 1 + random.below(rows - 1);
      return intruder.swapWritten(place, place + 1 + random.below(rows - place));
    },
  },
  { name: 'another time of the end', apply: (intruder) => intruder.changeEnd(`last_at = last_at + interval '1 year'`) },
];

/** The organization that a row names, when its chain does not. */
const OWNERS: readonly Tampering[] = [
  {
    name: 'a row that names another organization',
    apply: (intruder, rows, random) =>
      intruder.change(1 + random.below(rows), `organization_id = '${intruder.other}'::uuid`),
  },
  {
    name: 'a row that names no organization',
    apply: (intruder, rows, random) => intruder.change(1 + random.below(rows), 'organization_id = NULL'),
  },
];

/** Pretends that rows up to a place have had their time. */
async function pretend(intruder: Intruder, place: number, signature: 'row' | 'end' | 'none'): Promise<void> {
  const row = (await intruder.rows())[place - 1];
  const mac = { row: '$4::bytea', end: 'mac', none: 'NULL' }[signature];
  const values = [place, row?.hash, ...(signature === 'row' ? [row?.mac] : [])];
  await intruder.changeEnd(`base_seq = $2, base_hash = $3, base_mac = ${mac}`, values);
}

const BEGINNINGS: readonly Tampering[] = [
  ...(['row', 'end', 'none'] as const).flatMap((signature): Tampering[] => [
    {
      name: `a beginning moved up, signature: ${signature}`,
      apply: (intruder, rows, random) => pretend(intruder, 1 + random.below(rows - 1), signature),
    },
    {
      name: `old rows removed and the beginning moved behind them, signature: ${signature}`,
      async apply(intruder, rows, random) {
        const place = 1 + random.below(rows - 1);
        await pretend(intruder, place, signature);
        await intruder.remove(1, place);
      },
    },
  ]),
  { name: 'another hash of the beginning', apply: (intruder) => intruder.changeEnd('base_hash = sha256(base_hash)') },
  { name: 'a signature of the beginning', apply: (intruder) => intruder.changeEnd('base_mac = mac') },
];

/** Rows, ends and beginnings that are somewhere else than they were. */
export const MISPLACEMENTS: readonly Tampering[] = [...FOREIGN_ROWS, ...ENDS, ...OWNERS, ...BEGINNINGS];
