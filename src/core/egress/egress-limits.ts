/** How long the steps of a connection may take, in milliseconds. */
export interface EgressTimeouts {
  readonly resolve: number;
  readonly connect: number;
  readonly tls: number;
  readonly firstByte: number;
  /** Silence inside an answer. */
  readonly idle: number;
}

export const TIMEOUTS: EgressTimeouts = { resolve: 2_000, connect: 3_000, tls: 3_000, firstByte: 5_000, idle: 30_000 };

/** Bytes that a buffered answer holds at most, unless a request says otherwise. */
export const MAX_RESPONSE_BYTES = 1024 ** 2;

/** Bytes that the answer to a connection test holds at most. */
export const MAX_TEST_RESPONSE_BYTES = 64 * 1024;
