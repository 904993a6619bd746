/**
 * What `npm audit --json` says of known vulnerabilities.
 * @param text its output; `null` or anything else when the registry did not answer.
 * @returns `{ state: 'none' }`, `{ state: 'found', found: ['high: name range', …] }` or `{ state: 'unknown', reason }`.
 */
export function advisoryVerdict(text) {
  const report = parse(text);
  const total = report?.metadata?.vulnerabilities?.total;
  if (!Number.isInteger(total)) return { state: 'unknown', reason: report?.message ?? 'no report' };
  if (total === 0) return { state: 'none' };
  const found = Object.values(report.vulnerabilities ?? {}).map(
    ({ name, severity, range }) => `${severity}: ${name} ${range}`,
  );
  return { state: 'found', found };
}

function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
