import { Injectable } from '@nestjs/common';
import { TooManyRequestsError } from '../../core/errors/index.js';

const MAX_PER_ORGANIZATION = 4;
const MAX_IN_ALL = 32;

/** Keeps tests against slow services from taking the process over. */
@Injectable()
export class TestLimits {
  private readonly running = new Map<string, number>();
  private total = 0;

  /** @throws TooManyRequestsError when 4 tests of the organization or 32 in all are running. */
  async run<T>(organizationId: string, work: () => Promise<T>): Promise<T> {
    const mine = this.running.get(organizationId) ?? 0;
    if (mine >= MAX_PER_ORGANIZATION || this.total >= MAX_IN_ALL) {
      throw new TooManyRequestsError(2, 'Too many connection tests are running');
    }
    this.running.set(organizationId, mine + 1);
    this.total += 1;
    try {
      return await work();
    } finally {
      this.total -= 1;
      const left = (this.running.get(organizationId) ?? 1) - 1;
      if (left === 0) this.running.delete(organizationId);
      else this.running.set(organizationId, left);
    }
  }
}
