/**
 * Holds a claimed message by renewing its lease, three times within its length. Time counts from before each
 * statement is sent, so the lease ends here no later than in the database: whoever takes the message over does not
 * meet us at work.
 */
export class Lease {
  private readonly renewal: NodeJS.Timeout;
  private expiry: NodeJS.Timeout;
  private isEnded = false;

  /**
   * @param leaseMs its length.
   * @param begunAt when the claim was asked for, by `performance.now()`.
   * @param keep renews it in the database; answers whether the message is still ours.
   * @param onLost called once, when it no longer is.
   */
  constructor(
    private readonly leaseMs: number,
    begunAt: number,
    private readonly keep: () => Promise<boolean>,
    private readonly onLost: () => void,
  ) {
    this.expiry = this.expireAt(begunAt + leaseMs);
    this.renewal = setInterval(() => void this.renew(), leaseMs / 3).unref();
  }

  /** The worker is done with the message. */
  end(): void {
    this.isEnded = true;
    clearInterval(this.renewal);
    clearTimeout(this.expiry);
  }

  private async renew(): Promise<void> {
    const askedAt = performance.now();
    // When the database cannot be asked it may be back before the lease ends.
    const isOurs = await this.keep().catch(() => null);
    if (this.isEnded || isOurs === null) return;
    if (!isOurs) {
      this.lose();
      return;
    }
    clearTimeout(this.expiry);
    this.expiry = this.expireAt(askedAt + this.leaseMs);
  }

  private expireAt(time: number): NodeJS.Timeout {
    return setTimeout(() => this.lose(), time - performance.now()).unref();
  }

  private lose(): void {
    if (this.isEnded) return;
    this.end();
    this.onLost();
  }
}
