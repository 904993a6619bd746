import type { BrowserContext, Page } from 'playwright-core';
import type { TestClient } from '../../support/client.js';

export interface VisitorOptions {
  readonly scheme?: 'light' | 'dark';
  /** CSS pixels. */
  readonly width?: number;
  readonly height?: number;
}

/** One person with one window. Whatever the browser complains about is kept. */
export class Visitor {
  /** Errors and warnings of the page, and refusals by its content policy. */
  readonly complaints: string[] = [];

  private constructor(
    readonly page: Page,
    readonly context: BrowserContext,
  ) {}

  static async at(context: BrowserContext): Promise<Visitor> {
    const visitor = new Visitor(await context.newPage(), context);
    visitor.page.on('pageerror', (error) => visitor.complaints.push(`page error: ${error.message}`));
    visitor.page.on('console', (message) => {
      if (!['error', 'warning'].includes(message.type())) return;
      // The browser reports every answer that is a refusal; those are part of the scenarios.
      if (message.text().startsWith('Failed to load resource')) return;
      visitor.complaints.push(`${message.type()}: ${message.text()}`);
    });
    return visitor;
  }

  /** Takes over the session of an API client. */
  async useSessionOf(client: TestClient): Promise<this> {
    const [name, value] = (client.sessionCookie ?? '').split('=', 2) as [string, string];
    await this.context.addCookies([{ name, value, url: client.url, httpOnly: true, sameSite: 'Lax' }]);
    return this;
  }

  /** Opens a page and waits until it stands: it has its heading, and nothing loads any more. */
  async open(path: string): Promise<Page> {
    await this.page.goto(path);
    await this.settled();
    return this.page;
  }

  async settled(): Promise<void> {
    await this.page.getByRole('heading', { level: 1 }).waitFor();
    await this.page.waitForLoadState('networkidle');
  }

  async close(): Promise<void> {
    await this.context.close();
  }
}
