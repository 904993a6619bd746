import { Injectable, Logger } from '@nestjs/common';
import { Settings } from '../config/index.js';
import { parseAllowEntry, type AllowEntry } from './allow-entry.js';
import { EgressFailedError } from './egress.errors.js';

/** Milliseconds after which a change of the list, made by any process, is in force in this one at the latest. */
export const ALLOW_LIST_BOUND_MS = 1_000;

/** Keeps further entries, e.g. a table that instance admins edit. */
export interface AllowListSource {
  /** Entries of the forms `CIDR`, `CIDR:port`, `host`, `host:port`, `[v6]:port`, as they stand now. */
  load(): Promise<readonly string[]>;
}

interface Reading {
  readonly startedAt: number;
  readonly entries: Promise<readonly AllowEntry[]>;
}

/**
 * The targets that may be reached besides public addresses: those of `EDE_EGRESS_ALLOW`, and those of a source.
 * The source is asked only about targets that nothing else allows, at most once a second.
 */
@Injectable()
export class EgressAllowList {
  /** The entries of the environment. */
  readonly fixed: readonly AllowEntry[];
  private readonly logger = new Logger('Egress');
  private source: AllowListSource | null = null;
  private reading: Reading | null = null;

  /** @throws AllowEntryError when an entry of the environment is not understood; the boot stops. */
  constructor(settings: Settings) {
    this.fixed = settings.egressAllow.map(parseAllowEntry);
  }

  /** From now on the entries of the source count too. */
  readFrom(source: AllowListSource): void {
    this.source = source;
    this.reading = null;
  }

  /** This process has changed the list: it is read again for the next question. */
  forget(): void {
    this.reading = null;
  }

  /** @throws EgressFailedError when the source cannot be read: what depends on it is not allowed then. */
  async find(isMatch: (entry: AllowEntry) => boolean): Promise<AllowEntry | null> {
    return this.fixed.find(isMatch) ?? (await this.stored()).find(isMatch) ?? null;
  }

  private stored(): Promise<readonly AllowEntry[]> {
    if (this.source === null) return Promise.resolve([]);
    const now = performance.now();
    if (this.reading === null || now - this.reading.startedAt >= ALLOW_LIST_BOUND_MS) {
      const reading = { startedAt: now, entries: this.read(this.source) };
      this.reading = reading;
      reading.entries.catch(() => {
        if (this.reading === reading) this.reading = null;
      });
    }
    return this.reading.entries;
  }

  private async read(source: AllowListSource): Promise<readonly AllowEntry[]> {
    try {
      return (await source.load()).flatMap((text) => this.parse(text));
    } catch (cause) {
      throw new EgressFailedError('policy', 'The allow-list cannot be read at the moment', 'Try again later', {
        cause,
      });
    }
  }

  /** What a later version has written allows nothing here. */
  private parse(text: string): AllowEntry[] {
    try {
      return [parseAllowEntry(text)];
    } catch {
      this.logger.warn('An entry of the stored allow-list is not understood, and allows nothing');
      return [];
    }
  }
}
