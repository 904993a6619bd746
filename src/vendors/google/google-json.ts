import type { JsonObject, JsonValue } from '../../core/connectors/index.js';

/**
 * Unwraps the JSON files that Google gives out: an OAuth client (`installed` or `web`) becomes its members, a service
 * account becomes the one param `service_account`. Anything else passes as it is.
 */
export function unwrapGoogleJson(json: JsonObject): JsonObject {
  if (json['type'] === 'service_account') return { service_account: json };
  const client = json['web'] ?? json['installed'];
  return isObject(client) ? client : json;
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
