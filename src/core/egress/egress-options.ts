import type { Agent as HttpAgent } from 'node:http';
import type { Agent as HttpsAgent } from 'node:https';
import type { Readable } from 'node:stream';

/** How a TLS session is made. The certificate is always checked. */
export interface TlsTarget {
  /** Name to check the certificate against; the host when it is left out. */
  readonly servername?: string;
  /** PEM certificates to trust instead of the public ones. */
  readonly ca?: string;
}

/** Where a raw socket goes. */
export interface SocketTarget {
  /** Name or IP literal; IPv6 with or without brackets. */
  readonly host: string;
  /** 1–65535. */
  readonly port: number;
  /** `true` or details for a TLS session from the first byte. */
  readonly tls?: boolean | TlsTarget;
  /**
   * The operator named the host himself, in a setting for just this use: it may be a private one. Never set it for
   * what comes from a record or a request. Cloud metadata and the own database stay blocked.
   */
  readonly isSetByOperator?: boolean;
}

export interface EgressRequestOptions {
  /** Default GET. */
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer | Readable;
  readonly signal: AbortSignal;
  /** Bytes that `buffer`, `text` and `json` of the response read at most; default 1 MiB. */
  readonly maxResponseBytes?: number;
  /** Milliseconds until the response's headers; default 5,000. */
  readonly firstByteTimeout?: number;
  /** As for {@link SocketTarget}: the operator named the host himself, in a setting for just this use. */
  readonly isSetByOperator?: boolean;
}

/** Connection pools for an SDK. Every socket that they open passes the policy. */
export interface EgressAgents {
  readonly httpAgent: HttpAgent;
  readonly httpsAgent: HttpsAgent;
  /** Closes the sockets, also busy ones. */
  destroy(): void;
}
