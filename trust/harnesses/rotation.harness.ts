import type { Cut, Harness } from '../runner/harness.js';
import { keyFileOf } from '../support/rotations.js';
import { collide } from './rotation/collisions.js';
import { RotationKills } from './rotation/kills.js';
import { Pressure } from './rotation/pressure.js';
import { Rotations, seatOf } from './rotation/rotations.js';
import { ValueLoad } from './rotation/value-load.js';

/** A new ciphertext replaces whatever stands there by then. */
const REPLACE_ALL: Cut = [
  {
    file: 'src/foundation/base/keys/rotation/column-walker.js',
    find: 'AND ${column.column} = $1 RETURNING',
    replace: 'AND $1::bytea IS NOT NULL RETURNING',
  },
];

/** What was begun belongs for ever to the process that began it. */
const NEVER_RESUME: Cut = [
  {
    file: 'src/foundation/base/keys/rotation/rotation.store.js',
    find: 'OR lease_until < now())',
    replace: `OR (status = 'waiting' AND lease_until < now()))`,
  },
];

/** Who is dead is waited for longer than is promised. */
const LONG_LEASE: Cut = [
  {
    file: 'src/foundation/base/keys/rotation/rotation.store.js',
    find: 'const LEASE_SECONDS = 15;',
    replace: 'const LEASE_SECONDS = 40;',
  },
];

/** A rotation goes on without asking who has taken up the new keys. */
const WAIT_FOR_NOBODY: Cut = [
  {
    file: 'src/foundation/base/keys/rotation/key-processes.js',
    find: 'return rows.length > 0;',
    replace: 'return false;',
  },
];

export const harness: Harness = {
  name: 'rotation',
  promise:
    'Data keys and the master key are rotated under load: no read or write fails, also when the server or PostgreSQL is killed.',
  cuts: {
    'rotation-overtaken': REPLACE_ALL,
    'rotation-resume': NEVER_RESUME,
    'rotation-laggard': WAIT_FOR_NOBODY,
    'rotation-lease': LONG_LEASE,
  },
  slowCuts: ['rotation-lease', 'rotation-resume', 'rotation-laggard'],
  async run(context) {
    const cluster = await context.cluster();
    const fleet = context.fleet(cluster.url, keyFileOf(context));
    const seats = [await seatOf(await fleet.start()), await seatOf(await fleet.start())] as const;
    const load = new ValueLoad(context.random);
    await load.create(seats[0].send, context.size(6, 100), context.size(10, 12));
    const rotations = new Rotations(cluster.url, load, context.size(30_000, 60_000));
    const pressure = new Pressure(context, rotations, seats);
    const kills = new RotationKills(context, fleet, cluster, rotations, seats);
    const found = () => [...new Set([...load.failures, ...rotations.failures])];
    await pressure.control();
    const attacks = [
      () => collide(rotations, seats, context.size(1, 3)),
      () => pressure.rotate(),
      () => kills.run(context.size(2, 20), Math.min(context.size(30, 60), pressure.rate)),
    ];
    for (const attack of attacks) if (found().length === 0) await attack();
    const { requests, unavailable } = load;
    return {
      counts: { rotations: rotations.completed, ...kills.counts, requests, unavailable },
      figure: `${load.failures.length} requests failed or lost, ${pressure.figure}, ${kills.figure}`,
      failures: found(),
    };
  },
};
