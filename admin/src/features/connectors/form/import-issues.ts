import { ApiError } from '../../../api/problem';
import { issueLine, issueLines } from '../../../components/issues';
import type { Schema } from './form-values';

const ROOT = '/json_data';

/** What of an import is refused, by the names of the fields. */
export function importLines(error: unknown, schema: Schema): readonly string[] {
  if (!(error instanceof ApiError)) return [];
  const general = issueLines(error);
  return error.issues.map(({ pointer, message }, at) => {
    if (pointer === ROOT) return message;
    return pointer.startsWith(`${ROOT}/`) ? issueLine(placeName(pointer, schema), message) : (general[at] ?? message);
  });
}

function placeName(pointer: string, schema: Schema): string {
  const names = pointer.split('/').slice(2);
  const place = names.map((name) => name.replaceAll('~1', '/').replaceAll('~0', '~')).join('.');
  return schema.find(({ key }) => key === place || place.endsWith(`.${key}`))?.label ?? place;
}
