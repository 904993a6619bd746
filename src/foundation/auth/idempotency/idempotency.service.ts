import { Injectable, Logger } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { KeyRing } from '../../../core/crypto/index.js';
import {
  IdempotencyAnswerLostError,
  IdempotencyInFlightError,
  IdempotencyMismatchError,
  PreparedAnswer,
  type AnswerParts,
} from '../../../core/web/index.js';
import { newId, sqlStateOf, TransactionRunner } from '../../../persistence/index.js';
import { openAnswer, sealAnswer } from './answer-seal.js';
import { IdempotencyStore, LEASE_SECONDS, type ClaimRow, type StoredRow } from './idempotency.store.js';
import { idempotencyKeyOf, idempotentRequest, type IdempotentRequest } from './idempotent-request.js';

const MAX_ATTEMPTS = 3;
/** PostgreSQL's code for a lock that was waited for in vain. */
const LOCK_NOT_AVAILABLE = '55P03';

/** A key that this request holds until it completes or releases it. */
export interface Claim extends ClaimRow {
  readonly heartbeat: NodeJS.Timeout;
}

/** Lets a request with an Idempotency-Key happen once. */
@Injectable()
export class IdempotencyService {
  private readonly logger = new Logger(IdempotencyService.name);

  constructor(
    private readonly store: IdempotencyStore,
    private readonly keys: KeyRing,
    private readonly transactions: TransactionRunner,
  ) {}

  /**
   * Takes the key of a request. Afterwards exactly one of {@link complete} and {@link release} must be called.
   * @param content what the body is known by: the parsed body, or for a stream what tells two uploads apart.
   * @returns `null` when the request has no key.
   * @throws PreparedAnswer with the first answer, when there is one: let it pass, the problem filter sends it.
   * @throws InvalidInputError, IdempotencyMismatchError, IdempotencyInFlightError, IdempotencyAnswerLostError, SealedError
   */
  async claim(request: FastifyRequest, content: unknown): Promise<Claim | null> {
    const key = idempotencyKeyOf(request);
    const wanted = key !== null && request.scope ? idempotentRequest(request.scope, request, key, content) : null;
    return wanted && this.take(wanted);
  }

  /**
   * Runs the work of a request. What it commits, commits together with a note at its key, so that it is not done again
   * when the process dies before the answer is kept.
   * @param held the key, once the request has one.
   * @throws IdempotencyInFlightError, with nothing committed, when another request has the key by now.
   */
  async carryOut<T>(held: () => Claim | null, work: () => Promise<T>): Promise<T> {
    return this.transactions.accompany(async (tx) => {
      const claim = held();
      if (claim && !(await this.store.note(tx, claim))) throw new IdempotencyInFlightError();
    }, work);
  }

  /** Keeps the answer for 24 hours. A failure to do so is logged, not thrown: the work itself is done. */
  async complete(claim: Claim, answer: AnswerParts): Promise<void> {
    clearInterval(claim.heartbeat);
    try {
      await this.store.complete(claim, await sealAnswer(this.keys, claim.requestHash, answer));
    } catch (error) {
      this.logger.error({ msg: 'The answer of an idempotent request could not be kept', err: error });
    }
  }

  /** Gives the key back: the next request with it runs. */
  async release(claim: Claim): Promise<void> {
    clearInterval(claim.heartbeat);
    await this.store.release(claim).catch((error: unknown) => {
      this.logger.warn({ msg: 'An idempotency key could not be released; its lease will end', err: error });
    });
  }

  private async take({ userId, hash, fingerprint }: IdempotentRequest): Promise<Claim> {
    const bodyMac = this.keys.mac('idempotency-body', Buffer.concat([hash, Buffer.from(fingerprint, 'utf8')]));
    const row: ClaimRow = { requestHash: hash, userId, bodyMac, owner: newId() };
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt += 1) {
      if (await this.takes(row)) return { ...row, heartbeat: this.startHeartbeat(row) };
      const stored = await this.store.find(hash);
      // Nothing there: it was released between the two statements.
      if (stored) await this.judge(row, stored);
    }
    throw new IdempotencyInFlightError();
  }

  /** A key whose row is locked is being committed under right now. */
  private async takes(row: ClaimRow): Promise<boolean> {
    try {
      return await this.store.take(row);
    } catch (error) {
      if (sqlStateOf(error) === LOCK_NOT_AVAILABLE) throw new IdempotencyInFlightError();
      throw error;
    }
  }

  /** Returns only when the key may be tried again. */
  private async judge(row: ClaimRow, stored: StoredRow): Promise<void> {
    if (!stored.bodyMac.equals(row.bodyMac)) throw new IdempotencyMismatchError();
    if (stored.answer === null) {
      throw stored.isCommitted && !stored.isRunning ? new IdempotencyAnswerLostError() : new IdempotencyInFlightError();
    }
    const answer = await openAnswer(this.keys, row.requestHash, stored.answer);
    if (answer) throw new PreparedAnswer(answer);
    if (stored.isCommitted) throw new IdempotencyAnswerLostError();
    await this.store.forget(row.requestHash);
  }

  private startHeartbeat(row: ClaimRow): NodeJS.Timeout {
    const beat = (): void => {
      this.store.renew(row).catch((error: unknown) => {
        this.logger.warn({ msg: 'An idempotency lease could not be renewed', err: error });
      });
    };
    return setInterval(beat, (LEASE_SECONDS * 1000) / 3).unref();
  }
}
