import type { EmailEnvelope } from './email-content.js';

const FIELDS = ['to', 'cc', 'bcc'] as const;

/**
 * Says which recipients were refused while others were taken, by their places: the addresses themselves stay encrypted.
 * @returns `null` when none was.
 */
export function refusalNote(envelope: EmailEnvelope, rejected: readonly string[]): string | null {
  if (rejected.length === 0) return null;
  const refused = new Set(rejected.map((address) => address.toLowerCase()));
  const all = FIELDS.flatMap((field) =>
    envelope[field].map(({ address }, index) => ({ field, address, place: index + 1 })),
  );
  const places = all
    .filter(({ address }) => refused.has(address.toLowerCase()))
    .map(({ field, place }) => `${field} ${place}`);
  const listed = places.length > 0 ? `: ${places.join(', ')}` : '';
  return `${places.length || rejected.length} of ${all.length} recipients refused${listed}`;
}
