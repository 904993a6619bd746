import { Injectable } from '@nestjs/common';
import { TooManyRequestsError } from '../../core/errors/index.js';
import { TestSlots } from './test-slots.js';

/** Over all processes. */
const MAX_PER_ORGANIZATION = 4;
/** Of this process: what its sockets and memory are kept for. */
const MAX_IN_ALL = 32;

/** Keeps tests against slow services from taking the process over, and one organization from taking all of them. */
@Injectable()
export class TestLimits {
  private readonly running = new Map<string, number>();
  private total = 0;

  constructor(private readonly slots: TestSlots) {}

  /** @throws TooManyRequestsError when 4 tests of the organization, or 32 in this process, are running. */
  async run<T>(organizationId: string, work: () => Promise<T>): Promise<T> {
    const mine = this.running.get(organizationId) ?? 0;
    if (mine >= MAX_PER_ORGANIZATION || this.total >= MAX_IN_ALL) {
      throw refused();
    }
    this.running.set(organizationId, mine + 1);
    this.total += 1;
    try {
      return await this.inSlot(organizationId, work);
    } finally {
      this.total -= 1;
      const left = (this.running.get(organizationId) ?? 1) - 1;
      if (left === 0) this.running.delete(organizationId);
      else this.running.set(organizationId, left);
    }
  }

  private async inSlot<T>(organizationId: string, work: () => Promise<T>): Promise<T> {
    const slot = await this.slots.take(organizationId, MAX_PER_ORGANIZATION);
    if (slot === null) throw refused();
    try {
      return await work();
    } finally {
      await this.slots.giveBack(slot);
    }
  }
}

function refused(): TooManyRequestsError {
  return new TooManyRequestsError(2, 'Too many connection tests are running');
}
