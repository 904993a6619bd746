import type { Readable } from 'node:stream';

/** Bytes from `start` to `end`, both counted from 0 and both included. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/** Every call can be ended by its caller: an abort rejects the promise and destroys the streams. */
export interface StorageCall {
  readonly signal: AbortSignal;
}

export interface PutOptions extends StorageCall {
  /** Exact number of bytes, when it is known; another number of bytes fails the call. */
  readonly size?: number;
  /** MIME type. */
  readonly contentType: string;
}

export interface GetOptions extends StorageCall {
  /** `start` lies inside the object; an `end` beyond its last byte means up to the last byte. */
  readonly range?: ByteRange;
}

export interface ListOptions extends StorageCall {
  /** The `nextCursor` of the page before. */
  readonly cursor?: string;
  /** At most this many items, 1–1000. */
  readonly limit: number;
}

/** An object that was written completely. */
export interface StoredObject {
  /** How the object is found again; opaque to everybody but its backend. */
  readonly ref: string;
  /** Bytes. */
  readonly size: number;
}

export interface ObjectContent {
  /** Must be read to its end or destroyed. Breaks with an error when the remote side ends too early. */
  readonly body: Readable;
  /** Bytes that `body` gives: of the range, when one was asked for. */
  readonly size: number;
}

export interface ObjectStat {
  /** Bytes. */
  readonly size: number;
  readonly modifiedAt: Date | null;
}

export interface ObjectPage {
  /** In the backend's own order; one without bytes may be among them. */
  readonly items: readonly StoredObject[];
  /** `null` on the last page. */
  readonly nextCursor: string | null;
}

/**
 * Where objects are kept. Streams only: no method holds a whole object in memory.
 * Errors are `ConnectionFailedError`s with safe text; an aborted call rejects with the signal's reason.
 */
export interface StorageBackend {
  /**
   * Stores `body` under `key` and replaces what was there.
   * All or nothing: after a failure or an abort no new object is left under `key`, nor parts of one. What stood there
   * before may be gone then, so give each object a key of its own.
   * @param key relative path of segments joined by `/`; any Unicode, no control characters, at most 900 bytes.
   */
  put(key: string, body: Readable, options: PutOptions): Promise<StoredObject>;

  /** @throws RemoteMissingError when there is no such object. */
  get(ref: string, options: GetOptions): Promise<ObjectContent>;

  /** @returns `null` when there is no such object. */
  stat(ref: string, options: StorageCall): Promise<ObjectStat | null>;

  /** Removes an object; a missing one counts as removed. */
  delete(ref: string, options: StorageCall): Promise<void>;

  /**
   * Removes what a `put` of this key left of which nobody knows how it ended: an object, or parts of one.
   * Optional: without it, what `list` finds under the key is deleted. Worth having where that is slow, or where parts
   * are not listed.
   */
  discard?(key: string, options: StorageCall): Promise<void>;

  /** Objects whose key starts with `prefix` (the empty text: all that belong to this backend). */
  list(prefix: string, options: ListOptions): Promise<ObjectPage>;
}
