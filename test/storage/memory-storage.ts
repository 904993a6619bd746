import { buffer } from 'node:stream/consumers';
import { Readable } from 'node:stream';
import { Module } from '@nestjs/common';
import {
  ConnectionFailedError,
  Connector,
  field,
  RemoteMissingError,
  StorageConnectorProvider,
  testResult,
  type ConfigOf,
  type PutOptions,
  type StorageConnection,
} from '../../src/foundation/storage/contracts/index.js';

const schema = [
  field.text('space', 'Space', { endpoint: true }),
  field.file('key_file', 'Key file', { required: false }),
] as const;

type MemoryConfig = ConfigOf<typeof schema>;

/** What goes wrong on purpose. */
export interface Faults {
  put?: 'refuse' | 'cut' | 'crash' | 'hang' | 'lose answer';
  get?: 'refuse' | 'short' | 'long' | 'crash';
  delete?: 'refuse' | 'crash';
  list?: 'refuse';
}

/** A storage in memory, for every connector the same, that fails when a spec wants it to. */
@Connector({ category: 'storage', providerType: 'memory', displayName: 'Memory' })
export class MemoryStorageProvider extends StorageConnectorProvider<MemoryConfig> {
  readonly configSchema = schema;
  readonly objects = new Map<string, Buffer>();
  readonly seen: MemoryConfig[] = [];
  faults: Faults = {};
  /** A put ends only after this. */
  gate: Promise<void> = Promise.resolve();
  open = 0;

  fromConfig(config: MemoryConfig): StorageConnection {
    this.seen.push(config);
    this.open++;
    return {
      testConnection: async () => testResult.ok(),
      dispose: async () => {
        this.open--;
      },
      put: (key, body, options) => this.put(key, body, options),
      get: async (ref, { range }) => {
        fail(this.faults.get);
        const found = this.objects.get(ref);
        if (!found) throw new RemoteMissingError();
        const whole = this.faults.get === 'long' ? Buffer.concat([found, found]) : found;
        const part = range && this.faults.get !== 'long' ? whole.subarray(range.start, range.end + 1) : whole;
        const sent = this.faults.get === 'short' ? part.subarray(0, Math.ceil(part.length / 2)) : part;
        return { body: Readable.from(chunksOf(sent)), size: part.length };
      },
      stat: async (ref) => {
        const found = this.objects.get(ref);
        return found ? { size: found.length, modifiedAt: null } : null;
      },
      delete: async (ref) => {
        fail(this.faults.delete);
        this.objects.delete(ref);
      },
      list: async (prefix) => {
        fail(this.faults.list);
        const found = [...this.objects].filter(([ref]) => ref.startsWith(refOf(prefix)));
        return { items: found.map(([ref, content]) => ({ ref, size: content.length })), nextCursor: null };
      },
    };
  }

  private async put(key: string, body: Readable, { signal }: PutOptions) {
    fail(this.faults.put);
    if (this.faults.put === 'hang') {
      await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));
    }
    if (this.faults.put === 'cut') {
      await new Promise((resolve) => body.once('data', resolve));
      throw new ConnectionFailedError('The connection was cut');
    }
    const content = await buffer(body);
    await this.gate;
    this.objects.set(refOf(key), content);
    if (this.faults.put === 'lose answer') throw new ConnectionFailedError('The answer was lost');
    return { ref: refOf(key), size: content.length };
  }
}

/** Adds the memory storage to a test app. */
@Module({ providers: [MemoryStorageProvider], exports: [MemoryStorageProvider] })
export class MemoryStorageModule {}

/** As with many services, a key is not how an object is found again. */
function refOf(key: string): string {
  return `folder/${key}`;
}

function fail(fault: string | undefined): void {
  if (fault === 'refuse') throw new ConnectionFailedError('The storage refused');
  if (fault === 'crash') throw new Error('password=hunter2');
}

function chunksOf(content: Buffer): Buffer[] {
  const chunks: Buffer[] = [];
  for (let at = 0; at < content.length; at += 65_536) chunks.push(content.subarray(at, at + 65_536));
  return chunks;
}
