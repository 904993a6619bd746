const WINDOW_BYTES = 4;
const FILTER_BITS = 20;
/** Of Knuth: spreads windows over the filter. */
const MULTIPLIER = 0x9e3779b1;

/** Looks for thousands of byte patterns in one pass. */
export class ManyPatterns {
  private readonly filter = new Uint8Array(2 ** FILTER_BITS);
  private readonly byWindow = new Map<number, Buffer[]>();

  /** @param pattern at least 4 bytes. */
  add(pattern: Buffer): void {
    const window = pattern.readUInt32BE(0);
    this.filter[slotOf(window)] = 1;
    this.byWindow.set(window, [...(this.byWindow.get(window) ?? []), pattern]);
  }

  /** Every pattern that stands in the bytes, once for each place. */
  *matches(bytes: Buffer): Generator<Buffer> {
    let window = 0;
    for (let end = 0; end < bytes.length; end++) {
      window = ((window << 8) | (bytes[end] as number)) >>> 0;
      if (end < WINDOW_BYTES - 1 || this.filter[slotOf(window)] === 0) continue;
      const start = end - WINDOW_BYTES + 1;
      for (const pattern of this.byWindow.get(window) ?? [])
        if (bytes.compare(pattern, 0, pattern.length, start, Math.min(start + pattern.length, bytes.length)) === 0)
          yield pattern;
    }
  }
}

function slotOf(window: number): number {
  return Math.imul(window, MULTIPLIER) >>> (32 - FILTER_BITS);
}
