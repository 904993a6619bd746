import { Global, Module, type DynamicModule } from '@nestjs/common';
import { DeliveryPolicy } from '../../src/core/delivery/index.js';
import type { Answer, TestClient } from './client.js';

@Global()
@Module({})
class DeliveryPolicyModule {}

/** Lets a test application look for due messages all the time and repeat failed attempts at once. */
export function deliveryPolicy(values: Partial<DeliveryPolicy> = {}): DynamicModule {
  const policy = new DeliveryPolicy({ pollMs: 25, backoffMs: [0], graceMs: 100, ...values });
  const provider = { provide: DeliveryPolicy, useValue: policy };
  return { module: DeliveryPolicyModule, providers: [provider], exports: [DeliveryPolicy] };
}

/** Waits until a condition holds; one that never does runs into the test's own time limit. */
export async function until<T>(look: () => Promise<T> | T, holds: (found: T) => boolean): Promise<T> {
  for (;;) {
    const found = await look();
    if (holds(found)) return found;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** Reads a message until its way has ended. @param path e.g. `/api/email/messages/<id>`. */
export async function settled(client: TestClient, path: string): Promise<Answer['body']> {
  return reached(client, path, 'sent', 'failed');
}

/** Reads a message until it has one of the statuses. */
export async function reached(client: TestClient, path: string, ...statuses: string[]): Promise<Answer['body']> {
  const read = async () => (await client.get(path)).body as { status?: string };
  return until(read, ({ status }) => status !== undefined && statuses.includes(status));
}
