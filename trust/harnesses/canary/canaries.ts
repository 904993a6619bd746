import { encodingsOf } from '../../../test/support/encodings.js';
import type { Random } from '../../runner/random.js';

/** What cannot pass as ordinary text in any encoding: quotes, a slash, a space, letters beyond ASCII. */
const AWKWARD = '"é/ +\\ü&';

/** Makes secrets that begin and end alike, so that any of them is found in bytes by a dozen patterns. */
export class Canaries {
  count = 0;
  private readonly head: string;
  private readonly tail: string;
  private readonly patterns: readonly Buffer[];

  constructor(random: Random) {
    this.head = `Zk${random.hex(10)}Qx`;
    this.tail = `Wj${random.hex(10)}Vp`;
    this.patterns = [this.head, this.tail].flatMap(encodingsOf).map((form) => Buffer.from(form));
    this.assertFound();
  }

  /** A new secret with characters that encodings change. */
  next(): string {
    return this.make(AWKWARD);
  }

  /** A new secret of letters and digits, for fields that take no others. */
  plain(): string {
    return this.make('');
  }

  /** @returns what is around a secret, or a piece of one, in the bytes; `null` when there is none. */
  find(bytes: Buffer): string | null {
    for (const pattern of this.patterns) {
      const at = bytes.indexOf(pattern);
      if (at !== -1) return bytes.toString('latin1', Math.max(0, at - 80), at + 60).replaceAll(/[^ -~]/g, '.');
    }
    return null;
  }

  private make(middle: string): string {
    this.count++;
    return `${this.head}${this.count}${middle}${this.tail}`;
  }

  /** The search finds each of the six encodings, also inside of longer encoded text. */
  private assertFound(): void {
    const secret = this.next();
    const bytes = Buffer.from(`user:${secret}`);
    const forms = {
      raw: bytes.toString('latin1'),
      base64: bytes.toString('base64'),
      base64url: bytes.toString('base64url'),
      hex: bytes.toString('hex'),
      url: encodeURIComponent(secret),
      json: JSON.stringify({ secret }),
    };
    for (const [name, form] of Object.entries(forms)) {
      if (this.find(Buffer.from(`x ${form} y`)) === null) throw new Error(`The search does not find ${name}`);
    }
    this.count = 0;
  }
}
