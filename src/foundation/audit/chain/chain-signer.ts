import { timingSafeEqual } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { KeyRing } from '../../../core/crypto/index.js';

/** What is signed: a row, the end of a chain, or the point up to which old rows were removed. */
export type SignedPart = 'row' | 'head' | 'base';

/** A place in a chain with the hash of the row there. */
export interface ChainPoint {
  readonly chain: string;
  readonly seq: number;
  readonly hash: Buffer;
}

/** Signs places of chains with the key ring, so that who can only write to the database cannot make a chain anew. */
@Injectable()
export class ChainSigner {
  constructor(private readonly keys: KeyRing) {}

  /** @returns 32 bytes; `null` while the server is sealed: what it writes then is linked, but not signed. */
  sign(part: SignedPart, point: ChainPoint): Buffer | null {
    return this.keys.isSealed ? null : this.macOf(part, point);
  }

  /** @throws SealedError */
  isSigned(part: SignedPart, point: ChainPoint, mac: Buffer): boolean {
    return timingSafeEqual(this.macOf(part, point), mac);
  }

  private macOf(part: SignedPart, { chain, seq, hash }: ChainPoint): Buffer {
    return this.keys.mac(`audit-${part}`, JSON.stringify([chain, seq, hash.toString('hex')]));
  }
}
