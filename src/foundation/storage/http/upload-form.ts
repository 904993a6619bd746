import type { Multipart, MultipartFile } from '@fastify/multipart';
import type { FastifyRequest } from 'fastify';
import { InvalidInputError } from '../../../core/errors/index.js';
import { UnsupportedMediaTypeError } from '../../../core/web/index.js';
import { MalformedUploadError } from '../documents/documents.errors.js';

const FILE = 'file';
const MAX_SHOWN_NAME = 100;
/** One file more than is taken, to tell that there are two. Sizes of files are counted where they are stored. */
const LIMITS = { fieldSize: 1024, fields: 4, files: 2, parts: 6, headerPairs: 20, fileSize: Number.MAX_SAFE_INTEGER };

/** The parts of an upload, in the order in which they arrive: fields, then the one file, then nothing. */
export class UploadForm {
  /** Text fields before the file, by name. */
  readonly fields = new Map<string, string>();

  private constructor(
    private readonly parts: AsyncIterator<Multipart>,
    private readonly fieldNames: ReadonlySet<string>,
  ) {}

  /**
   * @param fieldNames fields that may stand before the file.
   * @throws UnsupportedMediaTypeError for a body that is not multipart.
   */
  static open(request: FastifyRequest, fieldNames: readonly string[]): UploadForm {
    if (request.headers['content-type'] === undefined) throw missingFile();
    if (!request.isMultipart()) throw new UnsupportedMediaTypeError();
    const parts = request.parts({ limits: LIMITS })[Symbol.asyncIterator]();
    return new UploadForm(parts, new Set(fieldNames));
  }

  /** Reads up to the file, whose bytes are then to be read. @throws InvalidInputError, MalformedUploadError. */
  async readToFile(): Promise<MultipartFile> {
    for (let part = await this.next(); part !== null; part = await this.next()) {
      if (part.type === 'file') return this.checkedFile(part);
      this.keep(part.fieldname, part.value);
    }
    throw missingFile();
  }

  /** Reads what follows the file, which must be nothing. @throws InvalidInputError, MalformedUploadError. */
  async readToEnd(): Promise<void> {
    const part = await this.next();
    if (part === null) return;
    if (part.type === 'file')
      throw refused(part.fieldname, 'too_many_files', 'Only one file can be uploaded at a time');
    throw refused(part.fieldname, 'misplaced_part', 'Fields must come before the file');
  }

  private async next(): Promise<Multipart | null> {
    try {
      const next = await this.parts.next();
      return next.done === true ? null : next.value;
    } catch (error) {
      throw new MalformedUploadError(undefined, { cause: error });
    }
  }

  private checkedFile(part: MultipartFile): MultipartFile {
    if (part.fieldname !== FILE) throw refused(part.fieldname, 'unknown_field', 'The file must be the part "file"');
    return part;
  }

  private keep(name: string, value: unknown): void {
    if (name === FILE) throw refused(name, 'invalid_type', 'Must be a file with a name');
    if (!this.fieldNames.has(name)) throw refused(name, 'unknown_field', 'This field is not known');
    if (this.fields.has(name)) throw refused(name, 'duplicate', 'This field is given twice');
    this.fields.set(name, String(value));
  }
}

function missingFile(): InvalidInputError {
  return refused(FILE, 'required', 'The part "file" is missing');
}

function refused(part: string | undefined, code: string, message: string): InvalidInputError {
  const name = (part ?? '').slice(0, MAX_SHOWN_NAME).replaceAll('~', '~0').replaceAll('/', '~1');
  return new InvalidInputError([{ pointer: `/${name}`, code, message }]);
}
