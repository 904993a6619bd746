import { isDeepStrictEqual } from 'node:util';
import { ReadOnlyFieldError } from '../../core/errors/index.js';
import type { ConnectorResponse } from './dto/connector.response.js';

const FIXED = [
  'id',
  'category',
  'provider_type',
  'organization_id',
  'is_enabled',
  'is_routing',
  'has_legacy_config',
  'provider',
  'created_at',
] as const;

/** What a test or an unrelated write may have moved since the client read the record. */
const VOLATILE = ['status', 'status_message', 'last_tested_at', 'updated_at'] as const;

/**
 * A client may send an answer of GET back: read-only fields pass when they equal what is stored. With a current
 * `version` the volatile ones are not compared, since a test may have moved them meanwhile.
 * @throws ReadOnlyFieldError naming the fields that differ.
 */
export function assertReadOnlyFields(
  given: Readonly<Record<string, unknown>>,
  stored: ConnectorResponse,
  hasVersion: boolean,
): void {
  const compared: readonly (keyof ConnectorResponse)[] = hasVersion ? FIXED : [...FIXED, ...VOLATILE];
  const differing = compared.filter(
    (field) => given[field] !== undefined && !isDeepStrictEqual(plain(given[field]), plain(stored[field])),
  );
  if (differing.length > 0) throw new ReadOnlyFieldError(differing);
}

/** Without prototypes of DTO classes. */
function plain(value: unknown): unknown {
  return value === undefined ? undefined : JSON.parse(JSON.stringify(value));
}
