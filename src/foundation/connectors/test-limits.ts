import { Injectable } from '@nestjs/common';
import { TooManyRequestsError } from '../../core/errors/index.js';
import { TestSlots } from './test-slots.js';

/** Tests at the same moment, over all processes. */
const LIMITS = { ofOrganization: 4, inAll: 32 } as const;

/** Keeps tests against slow services from taking the server over, and one organization from taking all of them. */
@Injectable()
export class TestLimits {
  private readonly running = new Map<string, number>();
  private total = 0;

  constructor(private readonly slots: TestSlots) {}

  /** @throws TooManyRequestsError when 4 tests of the organization, or 32 in all, are running in whichever process. */
  async run<T>(organizationId: string, work: () => Promise<T>): Promise<T> {
    const mine = this.running.get(organizationId) ?? 0;
    // What this process knows by itself need not be asked of the database, however many come.
    if (mine >= LIMITS.ofOrganization || this.total >= LIMITS.inAll) throw refused();
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
    const slot = await this.slots.take(organizationId, LIMITS);
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
