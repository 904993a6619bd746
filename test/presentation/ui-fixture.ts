import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { Module } from '@nestjs/common';
import { AdminUi } from '../../src/foundation/presentation/index.js';
import { startTestApp, type TestApp } from '../support/app.js';

export const SCRIPT = `console.log(${JSON.stringify('x'.repeat(500))});`;
export const ICON = '<svg xmlns="http://www.w3.org/2000/svg"/>';
export const THEME = 'document.documentElement.dataset.theme = "dark";';
export const SECRET = 'not for the public';

const SHELL = `<!doctype html>
<meta name="csp-nonce" content="__CSP_NONCE__">
<script type="module" src="/assets/index-abc.js"></script>
`;

/** A folder as a build of the UI leaves it, beside a file that is none of it. */
export class UiFixture {
  private readonly home = mkdtempSync(join(tmpdir(), 'ede-ui-'));
  readonly folder = join(this.home, 'dist');

  constructor() {
    this.write('index.html', SHELL);
    this.writeCompressed('assets/index-abc.js', SCRIPT);
    this.writeCompressed('color-scheme.js', THEME);
    this.write('assets/logo-def.png', 'no picture');
    this.write('favicon.svg', ICON);
    this.write('.built', SECRET);
    this.write('../secret.txt', SECRET);
  }

  dispose(): void {
    rmSync(this.home, { recursive: true });
  }

  private writeCompressed(name: string, text: string): void {
    this.write(name, text);
    this.write(`${name}.br`, brotliCompressSync(text));
    this.write(`${name}.gz`, gzipSync(text));
  }

  private write(name: string, content: string | Buffer): void {
    const file = join(this.folder, name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
  }
}

/** The application with the UI of a folder, as an embedding application gives its own. */
export function startWithUi(folder: string): Promise<TestApp> {
  @Module({})
  class OwnUiModule {
    constructor(ui: AdminUi) {
      ui.serveFrom(folder);
    }
  }
  return startTestApp({ imports: [OwnUiModule] });
}
