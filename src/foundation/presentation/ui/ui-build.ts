import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { COMPRESSED_ENDINGS, UiFile, type Compression } from './ui-file.js';

const SHELL = 'index.html';
/** Stands in the shell where the nonce of an answer goes. */
const NONCE_PLACEHOLDER = '__CSP_NONCE__';
const COMPRESSIONS = Object.entries(COMPRESSED_ENDINGS) as [Compression, string][];

/**
 * The built UI, read once: an answer touches neither the disk nor a path of a request, and a build that runs meanwhile
 * cannot mix two versions.
 */
export class UiBuild {
  private constructor(
    /** What stands between the places of the nonce. */
    private readonly shellParts: readonly string[],
    private readonly files: ReadonlyMap<string, UiFile>,
  ) {}

  /** @returns `null` when the folder holds no built UI. */
  static read(folder: string): UiBuild | null {
    if (!existsSync(join(folder, SHELL))) return null;
    const shell = readFileSync(join(folder, SHELL), 'utf8');
    return new UiBuild(shell.split(NONCE_PLACEHOLDER), readFiles(folder));
  }

  /** Paths of all files, e.g. `/assets/index-C2x9.js`. The shell is none of them. */
  get paths(): string[] {
    return [...this.files.keys()];
  }

  file(path: string): UiFile | null {
    return this.files.get(path) ?? null;
  }

  /** The page that starts the UI, the same for each of its paths. */
  shell(nonce: string): string {
    return this.shellParts.join(nonce);
  }
}

function readFiles(folder: string): Map<string, UiFile> {
  const files = new Map<string, UiFile>();
  const read = (name: string) => readFileSync(join(folder, name));
  const names = namesBelow(folder);
  for (const name of names) {
    if (name === SHELL || isCompressed(name)) continue;
    const file = new UiFile(`/${name}`, read(name));
    for (const [compression, ending] of COMPRESSIONS) {
      if (names.has(name + ending)) file.add(compression, read(name + ending));
    }
    files.set(`/${name}`, file);
  }
  return files;
}

/** With `/`, relative to the folder. Hidden files are notes of the build. */
function namesBelow(folder: string): Set<string> {
  const names = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.startsWith('.'))
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).replaceAll(sep, '/'));
  return new Set(names);
}

function isCompressed(name: string): boolean {
  return COMPRESSIONS.some(([, ending]) => name.endsWith(ending));
}
