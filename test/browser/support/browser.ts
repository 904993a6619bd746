import { existsSync } from 'node:fs';
import { chromium, type Browser } from 'playwright-core';
import { Visitor, type VisitorOptions } from './visitor.js';

/** Debian's; a browser that a test tool brings itself is not needed. */
const EXECUTABLE = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
const ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-dev-shm-usage',
];

/** For a thing to appear: a failing scenario ends soon, a loaded machine does not fail it. */
const WAIT_MS = 20_000;

/** One Chromium, and the people who use it, each with cookies of his own. */
export class TestBrowser {
  private constructor(private readonly browser: Browser) {}

  static async start(): Promise<TestBrowser> {
    if (!existsSync(EXECUTABLE)) throw new Error(`There is no ${EXECUTABLE}: apt-get install chromium`);
    return new TestBrowser(await chromium.launch({ executablePath: EXECUTABLE, args: ARGUMENTS }));
  }

  /** Somebody new at the address, not signed in. */
  async visitor(url: string, options: VisitorOptions = {}): Promise<Visitor> {
    const { scheme = 'light', width = 1280, height = 900 } = options;
    const context = await this.browser.newContext({
      baseURL: url,
      colorScheme: scheme,
      viewport: { width, height },
      locale: 'en-GB',
      reducedMotion: 'reduce',
    });
    context.setDefaultTimeout(WAIT_MS);
    return Visitor.at(context);
  }

  async close(): Promise<void> {
    await this.browser.close();
  }
}
