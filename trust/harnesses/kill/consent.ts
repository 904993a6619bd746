import { ADMIN, type Send } from '../../../test/processes/server-process.js';
import type { GoogleStandIn } from '../../support/google-stand-in.js';
import { must } from '../../support/people.js';
import type { Config } from './actions.js';

/** The consent of a drive's connector: a refresh token that is stored, and an access token that is used. */
export class Consent {
  /** How often both were compared. */
  compared = 0;

  constructor(
    private readonly google: GoogleStandIn,
    private readonly id: string,
  ) {}

  /** @returns the refresh token; more than that when the connector does not use the access token that came with it. */
  async read(send: Send): Promise<string | undefined> {
    await must(send, 'POST', '/api/auth/confirm', { password: ADMIN.password });
    const path = `/api/connectors/${this.id}/config?reveal=true`;
    const { config } = await must<{ config: Config }>(send, 'GET', path);
    const refreshToken = config['refresh_token'];
    if (refreshToken === undefined) return undefined;
    const used = await this.use(send);
    this.compared += 1;
    return used === refreshToken ? refreshToken : `${refreshToken} with the access token of ${used ?? 'none'}`;
  }

  /** @returns the refresh token that came with the access token that is kept; `null` when another had to be asked for. */
  private async use(send: Send): Promise<string | null> {
    const grants = this.google.grants.length;
    this.google.used = null;
    await must(send, 'POST', `/api/connectors/${this.id}/test`, {});
    return this.google.grants.length === grants ? this.google.used : null;
  }
}
