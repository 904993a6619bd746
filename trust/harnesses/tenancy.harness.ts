import type { Cut, Harness } from '../runner/harness.js';
import { HttpSender } from '../support/http.js';
import { ApiDocument } from '../support/openapi.js';
import { openSql } from '../support/sql.js';
import { borrowedIds } from './tenancy/borrowed-ids.js';
import { Matrix } from './tenancy/matrix.js';
import { ownerStillMay } from './tenancy/owner.js';
import { pathTricks } from './tenancy/path-tricks.js';
import { AttackBuilder } from './tenancy/requests.js';
import { buildWorld } from './tenancy/world.js';

const EVERY_ORGANIZATION_REACHED: Cut = [
  {
    file: 'src/core/access/scope.js',
    find: 'return this.isInstanceAdmin || this.memberships.has(organizationId);',
    replace: 'return true;',
  },
];

const NO_ROLES: Cut = [
  {
    file: 'src/foundation/auth/guard/access.guard.js',
    find: "(decision.kind !== 'role' || hasRole(scope, decision.role))",
    replace: 'true',
  },
];
const NO_TOKEN_SCOPES: Cut = [
  {
    file: 'src/foundation/auth/guard/access.guard.js',
    find: 'passesToken(scope, decision.options, request.method) &&',
    replace: '',
  },
];

export const harness: Harness = {
  name: 'tenancy',
  promise:
    'No caller reads or writes a record of an organization that is not his, or what his role or token may not; a foreign record looks like none.',
  cuts: { tenancy: EVERY_ORGANIZATION_REACHED, 'tenancy-role': NO_ROLES, 'tenancy-token': NO_TOKEN_SCOPES },
  async run(context) {
    const fleet = context.fleet(await context.database(), { EDE_SMTP_URL: 'smtp://127.0.0.1:9' });
    const server = await fleet.start();
    const http = new HttpSender(server.url);
    context.atEnd(() => http.close());
    const sql = await openSql(context, fleet.databaseUrl);
    const world = await buildWorld(server, http, sql, context.random.hex(12));
    const builder = new AttackBuilder(await ApiDocument.of(server.url), world, http);
    const attacks = await builder.build();
    const matrix = new Matrix(http, sql, world, attacks);
    for (const actor of world.actors) await matrix.attackAs(actor);
    matrix.failures.push(...builder.missing);
    matrix.failures.push(...(await pathTricks(http, attacks, world)), ...(await borrowedIds(http, world)));
    const owner = await ownerStillMay(http, attacks, world);
    const { requests, refusals } = matrix;
    const failures = [...new Set([...matrix.failures, ...owner.failures])];
    if (refusals === 0) failures.push('The document names no role: nobody was refused for his');
    return {
      counts: {
        routes: attacks.length,
        actors: world.actors.length,
        requests: requests + owner.requests,
        refusals,
      },
      figure: `${failures.length} reads, writes or answers that tell a foreign record from none`,
      failures,
    };
  },
};
