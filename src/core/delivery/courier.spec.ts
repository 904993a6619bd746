import { describe, expect, it } from '@jest/globals';
import { ConnectionFailedError } from '../connectors/index.js';
import { SecretUnreadableError } from '../crypto/index.js';
import { DatabaseUnavailableError, SealedError } from '../errors/index.js';
import type { ContentSeal } from './content-seal.js';
import { Courier, type CourierParts } from './courier.js';
import type { ClaimedDelivery } from './delivery.js';
import { DeliveryDelayedError, DeliveryRefusedError, NoConnectorError } from './delivery.errors.js';

type Parts = CourierParts<object, object, object>;

const CLAIM: ClaimedDelivery = {
  ...{ id: 'm1', organizationId: 'o1', leaseId: 'l1', attempts: 1, interruptions: 0, createdAt: new Date() },
  ...{ envelope: Buffer.alloc(0), body: Buffer.alloc(0) },
};

/** A courier whose way is open, with a journal of what it did. */
function courierOf(parts: Partial<Parts> & { isOurs?: boolean } = {}) {
  const done: string[] = [];
  const route = {
    ...{ connectorId: 'c1', providerType: 'test', connection: {} },
    scrub: (text: string) => text.replace('secret', '[secret]'),
    close: async () => void done.push('closed'),
  };
  const courier = new Courier<object, object, object>({
    seal: { open: async () => ({}) } as unknown as ContentSeal,
    router: { open: async () => route },
    queue: { route: async () => parts.isOurs ?? true },
    handOver: async () => {
      done.push('handed over');
      return { remoteId: null, note: null };
    },
    ...parts,
  });
  return { done, deliver: () => courier.deliver(CLAIM, new AbortController().signal) };
}

const failing = (error: Error): Partial<Parts> => ({ handOver: () => Promise.reject(error) });

describe('a courier', () => {
  it('closes the way that it opened, whatever happens on it', async () => {
    const good = courierOf();
    await good.deliver();
    expect(good.done).toEqual(['handed over', 'closed']);
    const bad = courierOf(failing(new Error('crash')));
    await expect(bad.deliver()).rejects.toThrow();
    expect(bad.done).toEqual(['closed']);
  });

  it('hands nothing over when the message is another worker’s by then', async () => {
    const { deliver, done } = courierOf({ isOurs: false });
    await expect(deliver()).rejects.toThrow();
    expect(done).toEqual(['closed']);
  });

  it('tells a refusal from what may pass, and from what the service asks to wait for', async () => {
    await expect(courierOf(failing(new DeliveryRefusedError('no'))).deliver()).rejects.toMatchObject({
      reason: 'no',
      details: { isFinal: true },
    });
    await expect(courierOf(failing(new ConnectionFailedError('away'))).deliver()).rejects.toMatchObject({
      reason: 'away',
      details: { isFinal: false, retryAfterMs: 0 },
    });
    await expect(courierOf(failing(new DeliveryDelayedError(7, 'busy'))).deliver()).rejects.toMatchObject({
      details: { isFinal: false, retryAfterMs: 7_000 },
    });
    const none = courierOf({ router: { open: () => Promise.reject(new NoConnectorError()) } });
    await expect(none.deliver()).rejects.toMatchObject({ details: { isFinal: false } });
  });

  it('gives a message up that can no longer be read, but not for a server without keys', async () => {
    const sealOf = (error: Error) => ({ seal: { open: () => Promise.reject(error) } as unknown as ContentSeal });
    await expect(courierOf(sealOf(new SecretUnreadableError())).deliver()).rejects.toMatchObject({
      details: { isFinal: true },
    });
    for (const error of [new SealedError(), new DatabaseUnavailableError()]) {
      await expect(courierOf(sealOf(error)).deliver()).rejects.toBe(error);
    }
  });

  it('gives no reason that may hold a secret', async () => {
    const leaking = failing(new ConnectionFailedError('bad secret'));
    await expect(courierOf(leaking).deliver()).rejects.toMatchObject({ reason: 'bad [secret]' });
    await expect(courierOf(failing(new Error('secret'))).deliver()).rejects.toMatchObject({
      reason: 'The message could not be sent',
    });
  });
});
