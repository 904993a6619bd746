import type { Socket } from 'node:net';
import { Injectable } from '@nestjs/common';
import type { ConnectionTest } from '../connectors/index.js';
import { egressAgents } from './agents.js';
import { Dialer, type Security } from './dialer.js';
import type { EgressAgents, EgressRequestOptions, SocketTarget } from './egress-options.js';
import type { EgressResponse } from './egress-response.js';
import { EndpointOverrides } from './endpoint-overrides.js';
import { EgressHttpClient } from './http-client.js';
import { probeTarget, type Way } from './probe.js';
import { targetOfSocket, targetOfUrl } from './target.js';

/** The only door to the network. Whatever goes out through it is checked against the policy when it connects. */
@Injectable()
export class Egress {
  constructor(
    private readonly dialer: Dialer,
    private readonly http: EgressHttpClient,
    private readonly overrides: EndpointOverrides = EndpointOverrides.none,
  ) {}

  /**
   * One HTTP request. Redirects are not followed; any status is an answer.
   * @throws EgressBlockedError, EgressFailedError, or the signal's reason.
   */
  request(url: string | URL, options: EgressRequestOptions): Promise<EgressResponse> {
    return this.http.request(this.overrides.apply(url), options);
  }

  /**
   * Where a public endpoint is to be reached: itself, or where the operator leads it.
   * For SDKs, whose requests go through `httpAgents`.
   */
  endpointFor(url: string | URL): URL {
    return new URL(this.overrides.apply(url));
  }

  /** Connection pools for an SDK that brings its own HTTP client. Destroy them with the connection that owns them. */
  httpAgents(): EgressAgents {
    return egressAgents(this.dialer);
  }

  /**
   * A connected raw socket, after the TLS handshake when that is wanted. The caller ends it.
   * @throws EgressBlockedError, EgressFailedError, or the signal's reason.
   */
  async connect(target: SocketTarget, signal: AbortSignal): Promise<Socket> {
    return this.dialer.dial(targetOfSocket(target), securityOf(target), signal);
  }

  /**
   * Connects once and hangs up: the steps `egress`, `resolve`, `connect`, `tls` of a test, those that apply.
   * @throws TestStepFailure of the step that failed.
   */
  async probe(target: string | URL | SocketTarget, test: ConnectionTest): Promise<void> {
    return probeTarget(this.dialer, () => wayTo(isUrl(target) ? this.overrides.apply(target) : target), test);
  }
}

function wayTo(target: string | URL | SocketTarget): Way {
  if (!isUrl(target)) {
    return { target: targetOfSocket(target), security: securityOf(target) };
  }
  const checked = targetOfUrl(target);
  return { target: checked, security: checked.isPlainHttp ? null : {} };
}

function isUrl(target: string | URL | SocketTarget): target is string | URL {
  return typeof target === 'string' || target instanceof URL;
}

function securityOf({ tls }: SocketTarget): Security {
  if (tls === undefined || tls === false) return null;
  return tls === true ? {} : tls;
}
