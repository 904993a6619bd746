import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { DatabaseUnavailableError, SealedError } from '../errors/index.js';
import type { ClaimedDelivery, DeliveryOutcome, DeliveryReceipt } from './delivery.js';
import { DeliveryAttempt } from './delivery-attempt.js';
import { DeliveryFailure } from './delivery.errors.js';
import type { DeliveryLine } from './delivery-dispatcher.js';
import { DeliveryPolicy } from './delivery-policy.js';

const RECEIPT: DeliveryReceipt = { remoteId: 'r1', note: null };
const policy = new DeliveryPolicy({ backoffMs: [1_000], attemptMs: 60_000 });

/** Outcomes as they were written down, after so many failures of the database. */
function lineOf(deliver: DeliveryLine['deliver'], failures = 0): { line: DeliveryLine; written: DeliveryOutcome[] } {
  const written: DeliveryOutcome[] = [];
  let left = failures;
  const finish = async (_: ClaimedDelivery, outcome: DeliveryOutcome) => {
    if ((left -= 1) >= 0) throw new DatabaseUnavailableError();
    written.push(outcome);
    return true;
  };
  const queue = { finish, keep: async () => true } as unknown as DeliveryLine['queue'];
  return { line: { kind: 'test', queue, deliver }, written };
}

function claimOf(values: Partial<ClaimedDelivery> = {}): ClaimedDelivery {
  const content = { envelope: Buffer.alloc(0), body: Buffer.alloc(0) };
  const ids = { id: 'm1', organizationId: 'o1', leaseId: 'l1' };
  return { ...ids, ...content, attempts: 1, interruptions: 0, createdAt: new Date(), ...values };
}

async function outcomeOf(deliver: DeliveryLine['deliver'], claim = claimOf()): Promise<DeliveryOutcome | undefined> {
  const { line, written } = lineOf(deliver);
  await new DeliveryAttempt(line, policy, claim, performance.now()).run();
  return written[0];
}

const failing = (error: Error) => () => Promise.reject(error);
const passing = (reason: string) => new DeliveryFailure(reason, { isFinal: false, retryAfterMs: 0 });

describe('an attempt', () => {
  beforeAll(() => Logger.overrideLogger(false));
  afterAll(() => Logger.overrideLogger(true));

  it('writes a delivery down once, also when the database is away for a moment', async () => {
    let sends = 0;
    const { line, written } = lineOf(async () => {
      sends += 1;
      return RECEIPT;
    }, 1);
    await new DeliveryAttempt(line, policy, claimOf(), performance.now()).run();
    expect(written).toEqual([{ kind: 'sent', ...RECEIPT }]);
    expect(sends).toBe(1);
  });

  it('puts a failure off until the last attempt', async () => {
    expect(await outcomeOf(failing(passing('away')))).toMatchObject({ kind: 'retry', reason: 'away' });
    expect(await outcomeOf(failing(passing('away')), claimOf({ attempts: 2 }))).toMatchObject({ kind: 'retry' });
    expect(await outcomeOf(failing(passing('away')), claimOf({ attempts: 3 }))).toEqual({
      kind: 'failed',
      reason: 'away',
    });
  });

  it('ends the message at once when the failure is final', async () => {
    const final = new DeliveryFailure('no', { isFinal: true, retryAfterMs: 0 });
    expect(await outcomeOf(failing(final))).toEqual({ kind: 'failed', reason: 'no' });
  });

  it('waits as long as the service asks', async () => {
    const busy = new DeliveryFailure('busy', { isFinal: false, retryAfterMs: 90_000 });
    expect(await outcomeOf(failing(busy))).toMatchObject({ kind: 'retry', delayMs: 90_000 });
  });

  it('does not count what was no failure of the service', async () => {
    for (const error of [new SealedError(), new DatabaseUnavailableError()]) {
      expect(await outcomeOf(failing(error), claimOf({ attempts: 3 }))).toMatchObject({ kind: 'released' });
    }
  });

  it('says nothing of what it does not know', async () => {
    const error = new Error('internal secret');
    expect(await outcomeOf(failing(error))).toMatchObject({ kind: 'retry', reason: 'The message could not be sent' });
  });

  it('gives the message back when the process stops, also from a provider that does not listen', async () => {
    const { line, written } = lineOf(() => new Promise(() => undefined));
    const attempt = new DeliveryAttempt(line, policy, claimOf({ attempts: 3 }), performance.now());
    const run = attempt.run();
    attempt.stop();
    await run;
    expect(written).toEqual([{ kind: 'released', delayMs: 0 }]);
  });

  it.each([
    ['took too long', new Promise<never>(() => undefined)],
    ['was sent', Promise.resolve(RECEIPT)],
  ])('hears a stop while the outcome of a message that %s cannot be written down', async (_what, delivery) => {
    let tries = 0;
    const { line } = lineOf(() => delivery);
    const hasFailed = new Promise<void>((resolve) => {
      line.queue.finish = async () => {
        tries += 1;
        setImmediate(resolve);
        throw new DatabaseUnavailableError();
      };
    });
    const attempt = new DeliveryAttempt(line, new DeliveryPolicy({ attemptMs: 1 }), claimOf(), performance.now());
    const run = attempt.run();
    await hasFailed;
    attempt.stop();
    await run;
    expect(tries).toBe(2);
  });

  it('does not touch a message over which too many workers vanished', async () => {
    let sends = 0;
    const deliver = async () => {
      sends += 1;
      return RECEIPT;
    };
    expect(await outcomeOf(deliver, claimOf({ interruptions: 11 }))).toMatchObject({ kind: 'failed' });
    expect(sends).toBe(0);
  });
});
