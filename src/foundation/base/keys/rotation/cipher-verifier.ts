import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { DataKeyStore } from '../../../../core/crypto/index.js';
import { CipherSources } from './cipher-sources.js';
import { nextOwner } from './owners.js';

const PAGE = 200;
const ALL = { organizationId: null };

export interface VerifiedKind {
  readonly kind: string;
  readonly seen: number;
  readonly unreadable: number;
}

/** Tries to read every ciphertext of this server; changes nothing. */
@Injectable()
export class CipherVerifier {
  constructor(
    private readonly dataSource: DataSource,
    private readonly sources: CipherSources,
    private readonly dataKeys: DataKeyStore,
  ) {}

  /** @throws SealedError */
  async run(): Promise<VerifiedKind[]> {
    const found = new Map<string, VerifiedKind>();
    for (let owner = await nextOwner(this.dataSource, ALL, null); owner !== null;) {
      for (const verified of await this.verifyOwner(owner)) {
        const before = found.get(verified.kind);
        found.set(verified.kind, {
          kind: verified.kind,
          seen: verified.seen + (before?.seen ?? 0),
          unreadable: verified.unreadable + (before?.unreadable ?? 0),
        });
      }
      owner = await nextOwner(this.dataSource, ALL, owner);
    }
    return [...found.values()];
  }

  private async verifyOwner(owner: string): Promise<VerifiedKind[]> {
    const keyId = (await this.dataKeys.findCurrentId(owner)) ?? '';
    const verified: VerifiedKind[] = [];
    for (const source of this.sources.list()) {
      let [seen, unreadable] = [0, 0];
      let after: string | null = null;
      do {
        const page = await source.walk({ owner, mode: 'verify', keyId, after, limit: PAGE });
        seen += page.seen;
        unreadable += page.unreadable;
        after = page.next;
      } while (after !== null);
      verified.push({ kind: source.kind, seen, unreadable });
    }
    return verified;
  }
}
