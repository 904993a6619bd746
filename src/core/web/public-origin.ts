import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Settings } from '../config/index.js';

const OWN_HOSTS: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]']);

/**
 * The origin under which browsers and providers see this server: `EDE_PUBLIC_URL` when set, else the request's own
 * origin when its Host is the machine itself with our port, else `http://localhost:<PORT>`.
 */
@Injectable()
export class PublicOrigin {
  constructor(private readonly settings: Settings) {}

  /** @returns e.g. `https://ede.example.com`, without a trailing slash. */
  of(request: FastifyRequest): string {
    if (this.settings.publicUrl !== null) return this.settings.publicUrl;
    return ownOrigin(request) ?? this.withoutRequest(request.socket.localPort);
  }

  /**
   * For links that no request asks for, such as the one to the first setup.
   * @param port the one that the server listens on, when the configured one is 0.
   */
  withoutRequest(port?: number): string {
    return this.settings.publicUrl ?? `http://localhost:${this.settings.port || (port ?? 0)}`;
  }

  /** Whether cookies must be `Secure`. */
  isSecure(request: FastifyRequest): boolean {
    return this.of(request).startsWith('https:');
  }
}

function ownOrigin(request: FastifyRequest): string | null {
  const text = `${request.protocol}://${request.host}`;
  if (!URL.canParse(text)) return null;
  const url = new URL(text);
  const port = Number(url.port || (url.protocol === 'https:' ? 443 : 80));
  const isPlain = url.username === '' && url.password === '' && url.pathname === '/';
  return isPlain && OWN_HOSTS.has(url.hostname) && port === request.socket.localPort ? url.origin : null;
}
