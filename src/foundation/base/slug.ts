import { randomBytes } from 'node:crypto';

export const SLUG = /^[a-z0-9]+(-[a-z0-9]+)*$/;
export const SLUG_MAX = 63;
const SUFFIX_BYTES = 3;
const DERIVED_MAX = SLUG_MAX - SUFFIX_BYTES * 2 - 1;

/** A slug from a name: `Größe & Co.` becomes `grosse-co`. Names without any Latin letter or digit give `organization`. */
export function slugOf(name: string): string {
  const slug = name
    .replaceAll('ß', 'ss')
    .normalize('NFKD')
    .toLowerCase()
    .replace(/\p{M}/gu, '')
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, DERIVED_MAX)
    .replace(/^-+|-+$/g, '');
  return slug || 'organization';
}

/** The slug with a random ending, for when it is taken. */
export function distinctSlug(slug: string): string {
  return `${slug.slice(0, DERIVED_MAX).replace(/-+$/, '')}-${randomBytes(SUFFIX_BYTES).toString('hex')}`;
}
