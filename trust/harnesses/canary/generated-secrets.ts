import { encodingsOf, encodingsOfBytes } from '../../../test/support/encodings.js';
import { ManyPatterns } from './many-patterns.js';

/** Secrets that the server makes. */
export const GENERATED = [
  'session cookie',
  'API token',
  'state nonce',
  'PKCE verifier',
  'master key',
  'database password',
] as const;
export type GeneratedKind = (typeof GENERATED)[number];

interface Known {
  readonly kind: GeneratedKind;
  readonly ownFile: string | null;
}

/** Secrets that the server made up, as far as a client, a vendor or the operator learns them. */
export class GeneratedSecrets {
  private readonly patterns = new ManyPatterns();
  private readonly byPattern = new Map<Buffer, Known>();
  private readonly learned = new Map<GeneratedKind, Set<string>>();

  /**
   * To be searched for from here on. The same one again changes nothing.
   * @param ownFile the name of the only file that holds it; none when left out.
   */
  learn(kind: GeneratedKind, secret: string | Buffer, ownFile: string | null = null): void {
    const known = this.learned.get(kind) ?? new Set();
    const id = Buffer.from(secret).toString('hex');
    if (known.has(id)) return;
    this.learned.set(kind, known.add(id));
    for (const pattern of patternsOf(secret)) {
      this.patterns.add(pattern);
      this.byPattern.set(pattern, { kind, ownFile });
    }
    this.assertFound(kind, secret);
  }

  /** @param file the name of what is looked at. @returns what was found where it must not be. */
  find(bytes: Buffer, file: string | null = null): GeneratedKind | null {
    for (const pattern of this.patterns.matches(bytes)) {
      const known = this.byPattern.get(pattern);
      if (known !== undefined && (file === null || known.ownFile !== file)) return known.kind;
    }
    return null;
  }

  count(kind: GeneratedKind): number {
    return this.learned.get(kind)?.size ?? 0;
  }

  /** The search finds it as it is and encoded, also behind other bytes. */
  private assertFound(kind: GeneratedKind, secret: string | Buffer): void {
    const bytes = Buffer.concat([Buffer.from('user:'), Buffer.from(secret)]);
    const texts = (['base64', 'base64url', 'hex'] as const).map((form) => Buffer.from(bytes.toString(form)));
    if ([bytes, ...texts].some((form) => this.find(form) === null))
      throw new Error(`The search does not find a ${kind}`);
  }
}

/** Of a text also those of the bytes that it is the base64url of, behind the prefix of an API token. */
function patternsOf(secret: string | Buffer): Buffer[] {
  const isText = typeof secret === 'string';
  const bytes = isText ? Buffer.from(secret.replace(/^ede_/, ''), 'base64url') : secret;
  const texts = [...(isText ? encodingsOf(secret) : []), ...encodingsOfBytes(bytes)];
  return [bytes, ...texts.map((form) => Buffer.from(form))];
}
