import { Injectable, Optional, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { KeyRing } from '../crypto/index.js';
import { ServerState } from '../web/index.js';
import { DeliveryDispatcher, type DeliveryLine } from './delivery-dispatcher.js';
import { DeliveryPolicy } from './delivery-policy.js';
import { DeliveryWorker } from './delivery-worker.js';

/** Sends messages in this process, from the end of its start to the beginning of its stop. */
@Injectable()
export class InProcessDispatcher extends DeliveryDispatcher implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly workers = new Map<string, DeliveryWorker>();
  private isStarted = false;

  constructor(
    private readonly keys: KeyRing,
    private readonly state: ServerState,
    @Optional() private readonly policy: DeliveryPolicy = new DeliveryPolicy(),
  ) {
    super();
  }

  register(line: DeliveryLine): void {
    if (this.workers.has(line.kind)) throw new Error(`Messages of the kind ${line.kind} are registered twice`);
    // Without the keys no message can be read, and trying would only use its attempts up.
    const mayClaim = () => !this.keys.isSealed && !this.state.isStopping;
    this.workers.set(line.kind, new DeliveryWorker(line, this.policy, mayClaim));
  }

  wake(kind: string): void {
    if (this.isStarted) this.workers.get(kind)?.wake();
  }

  onApplicationBootstrap(): void {
    this.isStarted = true;
    for (const worker of this.workers.values()) worker.start();
  }

  async onModuleDestroy(): Promise<void> {
    this.isStarted = false;
    await Promise.all([...this.workers.values()].map((worker) => worker.stop()));
  }
}
