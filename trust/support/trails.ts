import type { Send } from '../../test/processes/server-process.js';
import { must } from './people.js';

interface Found {
  readonly outcome: string;
  readonly checked: number;
  readonly broken: { readonly sequence: number; readonly message: string } | null;
  readonly next_after: number | null;
}

export interface VerifiedTrails {
  readonly events: number;
  readonly failures: readonly string[];
}

const TRAILS = { organization: '', instance: '&instance=true' } as const;

/** Verifies every event of the session's organization and of the instance. */
export async function verifyTrails(send: Send): Promise<VerifiedTrails> {
  let events = 0;
  const failures: string[] = [];
  for (const [name, query] of Object.entries(TRAILS)) {
    for (let after: number | null = 0; after !== null;) {
      const found: Found = await must<Found>(send, 'GET', `/api/audit/verification?after=${after}${query}`);
      const place = found.broken ? `, event ${found.broken.sequence}: ${found.broken.message}` : '';
      if (found.outcome !== 'intact') failures.push(`The trail of the ${name} is ${found.outcome}${place}`);
      if (found.checked === 0) failures.push(`The trail of the ${name} has no event: nothing was verified`);
      events += found.checked;
      after = found.next_after;
    }
  }
  return { events, failures };
}
