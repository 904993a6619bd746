import type { TestClient } from '../../support/client.js';
import { TestBrowser } from './browser.js';
import type { Visitor, VisitorOptions } from './visitor.js';
import { World, type Records } from './world.js';

/** Who looks, and at what. */
export interface VisitOptions extends VisitorOptions {
  /** Another server than the stage's own. */
  readonly url?: string;
}

/** The application with the organization "Acme", its first admin, and a browser: what most specs play on. */
export class Stage {
  private constructor(
    readonly world: World,
    readonly admin: TestClient,
    private readonly browser: TestBrowser,
  ) {}

  static async open(): Promise<Stage> {
    const world = await World.start();
    return new Stage(world, await world.app.setUp('Acme'), await TestBrowser.start());
  }

  /** Fills the organization with a little of everything. */
  populate(): Promise<Records> {
    return this.world.populate(this.admin);
  }

  /** The window of somebody who is signed in. */
  async visit(client: TestClient = this.admin, options: VisitOptions = {}): Promise<Visitor> {
    return (await this.stranger(options)).useSessionOf(client);
  }

  /** The window of somebody who is not. */
  stranger({ url = this.world.app.url, ...options }: VisitOptions = {}): Promise<Visitor> {
    return this.browser.visitor(url, options);
  }

  async close(): Promise<void> {
    await this.browser.close();
    await this.world.stop();
  }
}
