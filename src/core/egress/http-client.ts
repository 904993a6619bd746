import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { Agent, errors, type buildConnector } from 'undici';
import { Dialer } from './dialer.js';
import { EgressBlockedError, EgressFailedError } from './egress.errors.js';
import { MAX_RESPONSE_BYTES, TIMEOUTS } from './egress-limits.js';
import type { EgressRequestOptions } from './egress-options.js';
import { EgressResponse } from './egress-response.js';
import { targetOfSocket, targetOfUrl } from './target.js';

/** A policy that was changed takes hold of kept connections after this time at the latest. */
const CONNECTION_LIFETIME_MS = 60_000;
const CONNECTIONS_PER_ORIGIN = 32;

/** HTTP over checked connections. Never follows a redirect: a 3xx is an answer like others. */
@Injectable()
export class EgressHttpClient implements OnApplicationShutdown {
  private readonly agent: Agent;
  /** Connections that only the operator's own settings use: what may pass there is not open to others. */
  private readonly operatorAgent: Agent;

  constructor(private readonly dialer: Dialer) {
    this.agent = this.makeAgent(false);
    this.operatorAgent = this.makeAgent(true);
  }

  /** @throws EgressBlockedError, EgressFailedError, or the signal's reason. */
  async request(url: string | URL, options: EgressRequestOptions): Promise<EgressResponse> {
    const target = targetOfUrl(url);
    const checked = new URL(url);
    checked.hostname = target.literal?.kind() === 'ipv6' ? `[${target.host}]` : target.host;
    try {
      const { statusCode, headers, body } = await (
        options.isSetByOperator === true ? this.operatorAgent : this.agent
      ).request({
        origin: checked.origin,
        path: `${checked.pathname}${checked.search}`,
        method: options.method ?? 'GET',
        headers: { ...options.headers },
        body: options.body ?? null,
        signal: options.signal,
        headersTimeout: options.firstByteTimeout ?? TIMEOUTS.firstByte,
      });
      const reading = { maxBytes: options.maxResponseBytes ?? MAX_RESPONSE_BYTES, signal: options.signal };
      return new EgressResponse(statusCode, joined(headers), body, reading);
    } catch (error) {
      if (options.signal.aborted) throw options.signal.reason;
      throw asEgressError(error);
    }
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.all([this.agent.destroy(), this.operatorAgent.destroy()]);
  }

  private makeAgent(isSetByOperator: boolean): Agent {
    return new Agent({
      connect: (options, callback) => this.connect(options, isSetByOperator, callback),
      connections: CONNECTIONS_PER_ORIGIN,
      clientTtl: CONNECTION_LIFETIME_MS,
      bodyTimeout: TIMEOUTS.idle,
    });
  }

  private connect(
    { hostname, port, protocol }: buildConnector.Options,
    isSetByOperator: boolean,
    callback: buildConnector.Callback,
  ): void {
    const isPlainHttp = protocol === 'http:';
    const address = { host: hostname, port: Number(port || (isPlainHttp ? 80 : 443)), isSetByOperator };
    const target = targetOfSocket(address, isPlainHttp);
    // One connection serves requests of different signals, so only the dialer's own deadlines end it.
    this.dialer.dial(target, isPlainHttp ? null : { alpn: 'http/1.1' }, new AbortController().signal).then(
      (socket) => callback(null, socket),
      (error: unknown) => callback(error as Error, null),
    );
  }
}

function joined(headers: Readonly<Record<string, string | string[] | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : (value ?? '')]),
  );
}

function asEgressError(cause: unknown): EgressBlockedError | EgressFailedError {
  if (cause instanceof EgressBlockedError || cause instanceof EgressFailedError) return cause;
  return cause instanceof errors.HeadersTimeoutError
    ? new EgressFailedError('response', 'The service did not answer in time', 'Try again later', { cause })
    : new EgressFailedError(
        'response',
        'The service broke off the connection',
        'Try again; check the network in between',
        {
          cause,
        },
      );
}
