import type { JsonObject } from '../../core/connectors/index.js';
import { InvalidInputError } from '../../core/errors/index.js';
import { parseJsonBody } from '../../core/web/index.js';
import { InvalidImportError } from './connectors.errors.js';

/** What an import is given: JSON itself, or a file as base64. */
export interface ImportSource {
  readonly json_data?: JsonObject;
  readonly file_content?: string;
}

const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;

/** @throws InvalidImportError when it is not exactly one of both, no base64, no UTF-8 or no JSON object. */
export function readImportSource(source: ImportSource): JsonObject {
  if ((source.json_data === undefined) === (source.file_content === undefined)) {
    throw new InvalidImportError('', 'give exactly one of json_data and file_content');
  }
  if (source.json_data !== undefined) return source.json_data;
  return parseFile(source.file_content as string);
}

function parseFile(content: string): JsonObject {
  if (content.length % 4 !== 0 || !BASE64.test(content)) throw new InvalidImportError('/file_content', 'is not base64');
  const parsed = parseJson(Buffer.from(content, 'base64'));
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    throw new InvalidImportError('/file_content', 'is not a JSON object');
  }
  return parsed as JsonObject;
}

/** Held to the same rules as a request body. */
function parseJson(bytes: Buffer): unknown {
  try {
    return parseJsonBody(bytes);
  } catch (error) {
    if (error instanceof InvalidInputError)
      throw new InvalidImportError('/file_content', error.issues[0]?.message ?? 'is not JSON');
    throw error;
  }
}
