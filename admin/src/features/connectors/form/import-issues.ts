import type { ConfigField } from '../../../api/connectors';
import { ApiError, type ProblemIssue } from '../../../api/problem';
import { issueLine, issueLines } from '../../../components/issues';
import { misfitOf } from './form-issues';
import type { Schema } from './form-values';
import { readImport } from './import-text';

/** What of an import is refused, by the names of the fields. */
export function importLines(error: unknown, text: string, schema: Schema): readonly string[] {
  if (!(error instanceof ApiError)) return [];
  const leaves = leavesOf(readImport(text));
  const named = new Set<ConfigField>();
  const general = issueLines(error);
  return error.issues.map((issue, at) => {
    if (issue.pointer.startsWith('/json_data/')) return issueLine(placeName(issue.pointer, schema), issue.message);
    if (!issue.pointer.startsWith('/param_ids')) return general[at] ?? issue.message;
    const field = schema.find((candidate) => !named.has(candidate) && isMeant(candidate, issue, leaves));
    if (field) named.add(field);
    return issueLine(field?.label, issue.message);
  });
}

type Leaves = readonly (readonly [key: string, value: string])[];

/**
 * The server counts the params that the provider made of the file, which is not known here: meant is a field whose value
 * in the file breaks the same rule.
 */
function isMeant(field: ConfigField, { message }: ProblemIssue, leaves: Leaves): boolean {
  return leaves.some(
    ([key, value]) =>
      (key === field.key || key.endsWith(`.${field.key}`)) && misfitOf(field, value, field.secret) === message,
  );
}

function leavesOf(json: object, prefix = ''): Leaves {
  return Object.entries(json).flatMap(([name, value]: [string, unknown]) => {
    if (typeof value === 'object' && value !== null) return leavesOf(value, `${prefix}${name}.`);
    if (value === null) return [];
    return [[`${prefix}${name}`, typeof value === 'string' ? value : JSON.stringify(value)] as const];
  });
}

function placeName(pointer: string, schema: Schema): string {
  const names = pointer.split('/').slice(2);
  const place = names.map((name) => name.replaceAll('~1', '/').replaceAll('~0', '~')).join('.');
  return schema.find(({ key }) => key === place || place.endsWith(`.${key}`))?.label ?? place;
}
