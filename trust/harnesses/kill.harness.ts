import type { Cut, Harness } from '../runner/harness.js';
import { GoogleStandIn } from '../support/google-stand-in.js';
import { keyFileOf } from '../support/rotations.js';
import { ACTIONS, type Action } from './kill/actions.js';
import { KillWorld } from './kill/world.js';

const READY_WITHIN_MS = 10_000;
/** After so many failures nothing more is to be learnt. */
const ENOUGH = 20;

/** Every written statement is committed by itself, as without a transaction. */
const NO_TRANSACTION: Cut = [
  {
    file: 'src/persistence/transaction-runner.js',
    find: 'await runner.startTransaction();',
    replace: `await runner.startTransaction();
      const query = runner.query.bind(runner);
      runner.query = async (sql, ...rest) => {
        const result = await query(sql, ...rest);
        if (/^\\s*(insert|update|delete)/i.test(sql)) { await query('COMMIT'); await query('BEGIN'); }
        return result;
      };`,
  },
];

/** A consent leaves the access token of the one before, as if it were its own. */
const ACCESS_TOKEN_STAYS: Cut = [
  {
    file: 'src/foundation/connectors/oauth/connector-token.store.js',
    find: 'SET access_token = EXCLUDED.access_token, fresh_until',
    replace: 'SET access_token = t.access_token, fresh_until',
  },
];

export const harness: Harness = {
  name: 'kill',
  promise:
    'After kill -9 of the server or of PostgreSQL a change is there whole or not at all, and none that was acknowledged is lost.',
  cuts: { transaction: NO_TRANSACTION, 'access-token': ACCESS_TOKEN_STAYS },
  slowCuts: ['transaction'],
  async run(context) {
    const google = await GoogleStandIn.start(context);
    const cluster = await context.cluster();
    const fleet = context.fleet(cluster.url, { ...google.env, ...keyFileOf(context) });
    const world = await KillWorld.build(context, fleet, google);
    const rounds = context.size(6, 200);
    const tally = { app: 0, postgres: 0, old: 0, new: 0, acknowledged: 0, slowest: 0 };
    let round = 0;
    for (; round < rounds && world.failures.length < ENOUGH; round++) {
      const victim = round % 2 === 0 ? 'app' : 'postgres';
      const action = ACTIONS[Math.floor(round / 2) % ACTIONS.length] as Action;
      const result = await world.round(action, { victim, isBack: () => cluster.isBack() }, async () => {
        if (victim === 'app') await world.killServer();
        else if (!cluster.kill()) throw new Error('PostgreSQL was not there to be killed');
      });
      tally[victim]++;
      tally[result.isNew ? 'new' : 'old']++;
      tally.acknowledged += result.isAcknowledged ? 1 : 0;
      tally.slowest = Math.max(tally.slowest, result.readyMs);
      if (result.readyMs > READY_WITHIN_MS) world.failures.push(`Ready only after ${Math.round(result.readyMs)} ms`);
      if (round % 20 === 19) context.note(`${round + 1} of ${rounds}, ${world.failures.length} mixed or lost`);
    }
    const events = await world.verifyTrails();
    const { slowest, ...counts } = tally;
    const { midway, consents } = world;
    return {
      counts: { kills: round, ...counts, midway, consents, events },
      figure: `${world.failures.length} mixed or lost, ready again within ${Math.round(slowest)} ms`,
      failures: world.failures,
    };
  },
};
