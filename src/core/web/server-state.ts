import { Injectable } from '@nestjs/common';

/** Whether the process is on its way out. */
@Injectable()
export class ServerState {
  private stopping = false;

  get isStopping(): boolean {
    return this.stopping;
  }

  /** From now on readiness fails, and connections are closed after their present answer. */
  stop(): void {
    this.stopping = true;
  }
}
