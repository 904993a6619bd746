import { setImmediate, setTimeout as sleep } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { ServerState } from '../../../../core/web/index.js';
import { KeyProcesses } from './key-processes.js';
import { LeaseLostError, RotationStore, type RotationJob } from './rotation.store.js';

const POLL_MS = 250;

/** Lets requests go first, other processes catch up, and a stopping process stop. */
@Injectable()
export class RotationPace {
  constructor(
    private readonly processes: KeyProcesses,
    private readonly store: RotationStore,
    private readonly state: ServerState,
  ) {}

  /** Called between pages. @throws LeaseLostError when this process is stopping. */
  async breathe(): Promise<void> {
    await setImmediate();
    if (this.state.isStopping) throw new LeaseLostError();
  }

  /** Waits until every living process makes new ciphertext with the present keys. @throws LeaseLostError */
  async untilAllKnow(job: RotationJob): Promise<void> {
    while (await this.processes.hasLaggard()) {
      await this.store.renew(job);
      await sleep(POLL_MS);
      await this.breathe();
    }
  }
}
