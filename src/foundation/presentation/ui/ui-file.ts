import { createHash } from 'node:crypto';
import { extname } from 'node:path';

/** Codings in which a file may lie beside itself, by our preference, with the ending of its name. */
export const COMPRESSED_ENDINGS = { br: '.br', gzip: '.gz' } as const;
export type Compression = keyof typeof COMPRESSED_ENDINGS;

const ONE_YEAR_SECONDS = 365 * 24 * 60 * 60;
const IMMUTABLE = `public, max-age=${ONE_YEAR_SECONDS}, immutable`;
/** Kept, but asked for each time: the name says nothing of the content. */
const REVALIDATED = 'no-cache';

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml; charset=utf-8',
  '.txt': 'text/plain; charset=utf-8',
  '.webmanifest': 'application/manifest+json; charset=utf-8',
  '.woff2': 'font/woff2',
};

/** One form in which a file can be sent. */
export interface UiFileBody {
  readonly bytes: Buffer;
  /** Each form has its own. */
  readonly etag: string;
}

/** A file of the built UI with its compressed forms. */
export class UiFile {
  readonly contentType: string;
  readonly cacheControl: string;
  private readonly bodies = new Map<Compression | null, UiFileBody>();

  /** @param path where it is served, e.g. `/assets/index-C2x9.js`: names below `/assets` change with their content. */
  constructor(path: string, bytes: Buffer) {
    this.contentType = CONTENT_TYPES[extname(path)] ?? 'application/octet-stream';
    this.cacheControl = path.startsWith('/assets/') ? IMMUTABLE : REVALIDATED;
    this.add(null, bytes);
  }

  add(compression: Compression | null, bytes: Buffer): void {
    const hash = createHash('sha256').update(bytes).digest('base64url').slice(0, 27);
    this.bodies.set(compression, { bytes, etag: `"${hash}"` });
  }

  /** The codings that there are, by our preference. */
  get compressions(): Compression[] {
    return (Object.keys(COMPRESSED_ENDINGS) as Compression[]).filter((name) => this.bodies.has(name));
  }

  /** @param compression one of {@link compressions}; `null` for the file as it is. */
  body(compression: Compression | null): UiFileBody {
    const body = this.bodies.get(compression);
    if (!body) throw new Error(`The file has no form ${compression ?? 'of its own'}`);
    return body;
  }
}
