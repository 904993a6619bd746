/** Licences that a package may have. A new one is read by a person before it is put here. */
const ALLOWED = new Set([
  'MIT',
  'MIT-0',
  'ISC',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  '0BSD',
  'BlueOak-1.0.0',
  'CC0-1.0',
  'Unlicense',
  'Python-2.0', // the Python Software Foundation's, as permissive as MIT
]);

/** Only for what builds and tests. `BSD` is url-template's, which does not say which one. */
const ALLOWED_DEV = new Set(['MPL-2.0', 'CC-BY-4.0', 'BSD']);

/** Packages that do not name their licence in a form that npm reads, with what their own files say. */
const READ_BY_HAND = {
  'busboy@0.3.1': 'MIT',
  'dicer@0.3.0': 'MIT',
  'streamsearch@0.1.2': 'MIT',
  'humanize-number@0.0.2': 'MIT',
  'only@0.0.2': 'MIT',
};

/**
 * Whether an SPDX expression is allowed: of `OR` one side, of `AND` both.
 * @param isDev the server does not need the package to run.
 */
function isAllowed(expression, isDev) {
  const text = expression.replace(/^\((.*)\)$/, '$1');
  if (text.includes(' OR ')) return text.split(' OR ').some((part) => isAllowed(part, isDev));
  if (text.includes(' AND ')) return text.split(' AND ').every((part) => isAllowed(part, isDev));
  return ALLOWED.has(text) || (isDev && ALLOWED_DEV.has(text));
}

/** The licence of a package as far as it is known; `null` when nobody has read it. */
export function licenceOf({ name, version, licence }) {
  return READ_BY_HAND[`${name}@${version}`] ?? licence;
}

/** @returns the packages whose licence is unknown or not allowed. */
export function refusedPackages(packages) {
  return packages.filter((entry) => {
    const licence = licenceOf(entry);
    return licence === null || !isAllowed(licence, entry.isDev);
  });
}
