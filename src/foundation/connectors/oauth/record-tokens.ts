import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import {
  ConnectionFailedError,
  type AccessToken,
  type AccessTokenSource,
  type IssuedTokens,
} from '../../../core/connectors/index.js';
import { DomainError } from '../../../core/errors/index.js';
import { ConsentRequiredError, TokenRequestError } from '../../../core/oauth/index.js';
import { waitFor } from '../../../core/timing/index.js';
import { TransactionRunner } from '../../../persistence/index.js';
import { ConnectorTokenStore, type StoredToken } from './connector-token.store.js';
import type { LoadedGrant, RecordGrant } from './record-grant.js';
import { SingleFlight } from './single-flight.js';

/** Longer than a lease, so that one whose holder died is waited out. */
const MAX_WAIT_MS = 30_000;
const POLL_MS = 100;
/** For how long it is tried to store what cannot be asked for again; a little less than a lease. */
const STORE_WITHIN_MS = 20_000;
/** Sealed, the database away, too many at once. */
const PASSING: ReadonlySet<string> = new Set(['unavailable', 'too_many']);
const STORE_RETRY_MS = 200;
const LONGEST_STORE_RETRY_MS = 2_000;

/**
 * Access tokens of saved connectors. One renewal at a time for each connector and grant: within the process callers
 * share it, between processes a lease decides. No transaction or lock is held while the authorization server is asked.
 */
@Injectable()
export class RecordTokens {
  private readonly flights = new SingleFlight<StoredToken>();
  private readonly fences = new WeakMap<AccessToken, string>();

  constructor(
    private readonly store: ConnectorTokenStore,
    private readonly transactions: TransactionRunner,
  ) {}

  sourceOf(record: RecordGrant): AccessTokenSource {
    const { key } = record;
    const flight = `${key.connectorId}/${key.grantName}/${record.configVersion ?? ''}`;
    return {
      get: async (signal) => {
        const found = await waitFor(
          this.flights.run(flight, () => this.find(record)),
          signal,
        );
        const token = { value: found.value, scopes: found.scopes };
        this.fences.set(token, found.tokenFence);
        return token;
      },
      reject: async (token) => {
        const fence = this.fences.get(token);
        if (fence !== undefined) await this.store.drop(key, fence);
        this.flights.forget(flight);
      },
    };
  }

  private async find(record: RecordGrant): Promise<StoredToken> {
    const deadline = performance.now() + MAX_WAIT_MS;
    while (performance.now() < deadline) {
      const fresh = await this.store.findFresh(record.key, record.configVersion);
      if (fresh !== null) return fresh;
      const fence = await this.store.acquire(record.key);
      const renewed = fence === null ? await this.waitForOther(record) : await this.renew(record, fence);
      if (renewed !== null) return renewed;
    }
    throw new TokenRequestError('unavailable', 'The access token is being renewed elsewhere', 'Try again later');
  }

  private async waitForOther({ key }: RecordGrant): Promise<null> {
    if (!(await this.store.exists(key))) throw new ConnectionFailedError('The connector no longer exists');
    await sleep(POLL_MS * (0.5 + Math.random()));
    return null;
  }

  /** @returns `null` when it is worth looking again: the credentials or the lease changed meanwhile. */
  private async renew(record: RecordGrant, fence: string): Promise<StoredToken | null> {
    try {
      // Between looking and taking the lease somebody else may have been through.
      const fresh = await this.store.findFresh(record.key, record.configVersion);
      return fresh ?? (await this.ask(record, fence));
    } finally {
      // Best effort: a lease that is not given back ends by itself.
      await this.store.release(record.key, fence).catch(() => undefined);
    }
  }

  private async ask(record: RecordGrant, fence: string): Promise<StoredToken | null> {
    const grant = await record.load();
    try {
      const issued = await grant.request();
      return await persistently(() => this.keep(record, grant, issued, fence));
    } catch (error) {
      if (error instanceof ConsentRequiredError && !(await grant.lose(error))) return null;
      throw error;
    }
  }

  /** The refresh token first: the answer may be the only place in the world where the new one is. */
  private async keep(
    { key }: RecordGrant,
    grant: LoadedGrant,
    issued: IssuedTokens,
    fence: string,
  ): Promise<StoredToken | null> {
    const sealed = await this.store.seal(key, issued);
    await grant.prepare();
    return this.transactions.run(async (tx) => {
      const configVersion = await grant.settle(tx, issued);
      if (configVersion === null) return null;
      const kept = await this.store.keepRenewed(tx, key, fence, { ...sealed, configVersion });
      return kept && { value: issued.accessToken, scopes: kept.scopes, tokenFence: fence };
    });
  }
}

/** Repeats what fails only because this server cannot store anything now. */
async function persistently<T>(work: () => Promise<T>): Promise<T> {
  const deadline = performance.now() + STORE_WITHIN_MS;
  for (let delay = STORE_RETRY_MS; ; delay = Math.min(delay * 2, LONGEST_STORE_RETRY_MS)) {
    try {
      return await work();
    } catch (error) {
      const isPassing = error instanceof DomainError && PASSING.has(error.definition.kind);
      if (!isPassing || performance.now() + delay > deadline) throw error;
      await sleep(delay);
    }
  }
}
