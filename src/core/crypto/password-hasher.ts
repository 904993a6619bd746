import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { hash, verify } from '@node-rs/argon2';

// OWASP's first choice for Argon2id: 19 MiB, two passes, one lane.
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

/** Argon2id for passwords. */
@Injectable()
export class PasswordHasher {
  /** Verified in place of a hash that does not exist, so that the answer takes as long. */
  private readonly decoy = hash(randomBytes(16), COST);

  /** @returns the hash in PHC format. */
  hash(password: string): Promise<string> {
    return hash(password, COST);
  }

  /** @param stored `null` for an unknown user or one without a password: false, after the usual time. */
  async verify(stored: string | null, password: string): Promise<boolean> {
    const isMatch = await verify(stored ?? (await this.decoy), password);
    return isMatch && stored !== null;
  }
}
