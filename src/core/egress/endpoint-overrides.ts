import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { Settings } from '../config/index.js';
import { parseUrl } from '../url/index.js';

/**
 * Leads public origins to others that the operator names: sandboxes, gateways, tests. The new origin is judged by the
 * egress policy like any other target.
 */
@Injectable()
export class EndpointOverrides implements OnModuleInit {
  /** Leaves every URL as it is. */
  static readonly none = new EndpointOverrides(new Settings());

  private readonly origins: ReadonlyMap<string, string>;

  constructor(settings: Settings) {
    this.origins = settings.endpointOverrides;
  }

  onModuleInit(): void {
    for (const [from, to] of this.origins) {
      new Logger('Egress').warn(`EDE_ENDPOINT_OVERRIDES leads ${from} to ${to}`);
    }
  }

  /** The URL with its origin replaced, when there is another one for it. What is no URL is handed back. */
  apply(url: string | URL): string | URL {
    const given = this.origins.size === 0 ? null : parseUrl(String(url));
    const origin = given === null ? undefined : this.origins.get(given.origin);
    if (given === null || origin === undefined || given.username !== '' || given.password !== '') return url;
    return new URL(`${origin}${given.pathname}${given.search}${given.hash}`);
  }
}
