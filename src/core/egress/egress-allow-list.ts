import { Injectable } from '@nestjs/common';
import { Settings } from '../config/index.js';

/** The targets that an instance admin allows besides public addresses. */
export abstract class EgressAllowList {
  /**
   * Entries of the forms `CIDR`, `CIDR:port`, `host`, `host:port`, `[v6]:port`, as they stand now.
   * Asked for each connection: an implementation keeps them at hand.
   */
  abstract entries(): readonly string[];
}

/** The list of the environment variable `EDE_EGRESS_ALLOW`. */
@Injectable()
export class SettingsAllowList extends EgressAllowList {
  constructor(private readonly settings: Settings) {
    super();
  }

  entries(): readonly string[] {
    return this.settings.egressAllow;
  }
}
