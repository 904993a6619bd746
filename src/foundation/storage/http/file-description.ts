import type { MultipartFile } from '@fastify/multipart';
import { InvalidInputError } from '../../../core/errors/index.js';
import { isStorableText } from '../../../core/web/index.js';

const MAX_NAME = 255;
const CONTROL = /\p{Cc}/u;
const MIME = /^[a-z0-9][a-z0-9!#$&^_.+-]{0,126}\/[a-z0-9][a-z0-9!#$&^_.+-]{0,126}$/;
const UNKNOWN_MIME = 'application/octet-stream';

/** Name and type of an uploaded file. A path before the name was cut off by the parser. */
export interface FileDescription {
  readonly name: string;
  readonly mime: string;
}

/** @throws InvalidInputError for a name that is missing, too long or not plain text. A type that is none is replaced. */
export function describeFile(part: MultipartFile): FileDescription {
  const name = (part.filename as string | undefined)?.trim() ?? '';
  if (name === '') throw invalidName('required', 'The file must have a name');
  if (name.length > MAX_NAME) throw invalidName('too_long', `The name may have ${MAX_NAME} characters at most`);
  if (CONTROL.test(name) || !isStorableText(name)) {
    throw invalidName('invalid_text', 'The name must not hold control characters');
  }
  return { name, mime: MIME.test(part.mimetype) ? part.mimetype : UNKNOWN_MIME };
}

function invalidName(code: string, message: string): InvalidInputError {
  return new InvalidInputError([{ pointer: '/file', code, message }]);
}
