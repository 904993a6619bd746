import type { Socket } from 'node:net';
import { Injectable } from '@nestjs/common';
import { parseAddress, type Address } from './address.js';
import { DeadlineError, withDeadline } from './deadline.js';
import { EgressBlockedError, EgressFailedError } from './egress.errors.js';
import { TIMEOUTS } from './egress-limits.js';
import type { TlsTarget } from './egress-options.js';
import { EgressPolicy, type Judgement } from './egress-policy.js';
import { NameResolver, type ResolvedAddress } from './name-resolver.js';
import { openSocket, secureSocket } from './sockets.js';
import type { Target } from './target.js';
import { tlsFailure } from './tls-failure.js';

/** An address that does not answer must leave time for the next one. */
const ATTEMPT_MS = 1_000;

/** How a connection is wanted above TCP. */
export type Security = (TlsTarget & { readonly alpn?: string }) | null;

/** The one way from a target to an open socket: resolve once, check every answer, connect to what was checked. */
@Injectable()
export class Dialer {
  constructor(
    private readonly policy: EgressPolicy,
    private readonly resolver: NameResolver,
  ) {}

  /**
   * @throws EgressBlockedError without having opened a socket, EgressFailedError, or the signal's reason.
   */
  async dial(target: Target, security: Security, signal: AbortSignal): Promise<Socket> {
    const addresses = await this.resolve(target, signal);
    await this.assertAllowed(target, addresses, signal);
    const socket = await this.connect(target, addresses, signal);
    return security === null ? socket : this.secure(socket, target, security, signal);
  }

  /** All addresses of the target; the literal itself when it is one. */
  async resolve(target: Target, signal: AbortSignal): Promise<readonly ResolvedAddress[]> {
    if (target.literal !== null) return [{ address: target.host, family: target.literal.kind() === 'ipv4' ? 4 : 6 }];
    const found = await withDeadline(TIMEOUTS.resolve, signal, (inner) =>
      this.resolver.resolve(target.host, inner),
    ).catch((error: unknown) => {
      if (signal.aborted) throw signal.reason;
      throw nameFailure('The name service did not answer for the host name', error);
    });
    if (found.length === 0) throw nameFailure('The host name is not known to the name service');
    return found;
  }

  async assertAllowed(target: Target, addresses: readonly ResolvedAddress[], signal: AbortSignal): Promise<void> {
    const parsed = addresses.map(addressOf);
    await this.judged(signal, (inner) => this.policy.assertAllowed(target, parsed, inner));
  }

  /** What the policy thinks of one answer for the target. @throws EgressFailedError, or the signal's reason. */
  judge(target: Target, address: ResolvedAddress, signal: AbortSignal): Promise<Judgement> {
    return this.judged(signal, (inner) => this.policy.judge(target, addressOf(address), inner));
  }

  /** Tries the checked addresses one after the other within the time for connecting. */
  async connect(target: Target, addresses: readonly ResolvedAddress[], signal: AbortSignal): Promise<Socket> {
    const deadline = performance.now() + TIMEOUTS.connect;
    let cause: unknown;
    for (const [index, address] of addresses.entries()) {
      const left = deadline - performance.now();
      if (left <= 0) break;
      const isLast = index === addresses.length - 1;
      try {
        const ms = isLast ? left : Math.min(left, ATTEMPT_MS);
        return await withDeadline(ms, signal, (inner) => openSocket(address, target.port, inner));
      } catch (error) {
        if (signal.aborted || error instanceof EgressBlockedError) throw error;
        cause = error;
      }
    }
    throw connectFailure(cause);
  }

  async secure(socket: Socket, target: Target, security: NonNullable<Security>, signal: AbortSignal): Promise<Socket> {
    try {
      return await withDeadline(TIMEOUTS.tls, signal, (inner) => secureSocket(socket, target, security, inner));
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      throw tlsFailure(error);
    }
  }

  private judged<T>(signal: AbortSignal, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    return withDeadline(TIMEOUTS.resolve, signal, work).catch((error: unknown) => {
      if (signal.aborted || error instanceof EgressBlockedError || error instanceof EgressFailedError) throw error;
      throw nameFailure('The name service did not answer', error);
    });
  }
}

function addressOf({ address }: ResolvedAddress): Address {
  const parsed = parseAddress(address);
  if (parsed === null) throw nameFailure('The name service gave an address that is none');
  return parsed;
}

function nameFailure(message: string, cause?: unknown): EgressFailedError {
  return new EgressFailedError('resolve', message, 'Check the spelling of the address and the DNS of this server', {
    cause,
  });
}

function connectFailure(cause: unknown): EgressFailedError {
  const hint = 'Check address, port and firewall, and that the service runs there';
  if (cause === undefined || cause instanceof DeadlineError) {
    return new EgressFailedError('connect', 'The service did not answer in time', hint, { cause });
  }
  const isRefused = (cause as NodeJS.ErrnoException).code === 'ECONNREFUSED';
  const message = isRefused ? 'The connection was refused' : 'There is no way to the service';
  return new EgressFailedError('connect', message, hint, { cause });
}
