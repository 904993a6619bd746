import type { HttpSender } from '../../support/http.js';
import { OWN_SESSION } from './matrix.js';
import type { Attack } from './requests.js';
import type { World } from './world.js';

/** Would sign out those whom the rest of the matrix needs. */
const SIGNS_OUT = new Set([...OWN_SESSION, 'endSession', 'endUserSessions']);
/** What says that the request was refused for what it is, or that its record is not there. */
const PROVES_NOTHING = new Set([400, 401, 403, 404, 405, 415, 422]);
const ORDER = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];
/** Take away what other POSTs need, so they come after them. */
const SPOILS = /(deactivate|import[-_]config)$/;

/** The requests were worth something: whoever may send them reaches the record. Changes the world. */
export async function ownerStillMay(
  http: HttpSender,
  attacks: readonly Attack[],
  world: World,
): Promise<{ requests: number; failures: string[] }> {
  const failures: string[] = [];
  let requests = 0;
  const rank = ({ operation, label }: Attack) => ORDER.indexOf(operation.method) + (SPOILS.test(label) ? 0.5 : 0);
  for (const attack of [...attacks].sort((a, b) => rank(a) - rank(b))) {
    if (attack.operation.isPublic || SIGNS_OUT.has(attack.operation.operationId) || !attack.hasIds) continue;
    const send = async (credentials: World['owner']) => {
      requests += 1;
      return http.send(attack.request('attacked', credentials));
    };
    const asOwner = await send(world.owner);
    const { status } = asOwner.status === 403 ? await send(world.instanceAdmin) : asOwner;
    if (PROVES_NOTHING.has(status)) failures.push(`${attack.label} proves nothing: its owner is answered ${status}`);
  }
  return { requests, failures };
}
