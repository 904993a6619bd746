import { Agent as HttpAgent, type AgentOptions, type ClientRequestArgs } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { Duplex } from 'node:stream';
import type { Dialer, Security } from './dialer.js';
import type { EgressAgents } from './egress-options.js';
import { targetOfSocket } from './target.js';

type Done = (error: Error | null, socket: Duplex) => void;
type Dial = (options: ClientRequestArgs, security: Security, done: Done) => void;

const POOL: AgentOptions = { keepAlive: true, maxSockets: 50, scheduling: 'lifo' };

/** Connection pools whose every socket comes from the dialer. */
export function egressAgents(dialer: Dialer): EgressAgents {
  const closing = new AbortController();
  const dial: Dial = (options, security, done) => {
    openFor(dialer, options, security, closing.signal).then(
      (socket) => done(null, socket),
      (error: unknown) => done(error as Error, undefined as never),
    );
  };
  const httpAgent = new CheckedHttpAgent(dial);
  const httpsAgent = new CheckedHttpsAgent(dial);
  return {
    httpAgent,
    httpsAgent,
    destroy: () => {
      closing.abort(new Error('The connection pool is closed'));
      httpAgent.destroy();
      httpsAgent.destroy();
    },
  };
}

async function openFor(
  dialer: Dialer,
  { host, port }: ClientRequestArgs,
  security: Security,
  signal: AbortSignal,
): Promise<Duplex> {
  const isPlainHttp = security === null;
  const target = targetOfSocket({ host: host ?? '', port: Number(port ?? (isPlainHttp ? 80 : 443)) }, isPlainHttp);
  const socket = await dialer.dial(target, security, signal);
  if (!signal.aborted) return socket;
  socket.destroy();
  throw signal.reason;
}

/** Node never asks an agent for a socket except here. Its options are left alone: the dialer decides. */
class CheckedHttpAgent extends HttpAgent {
  constructor(private readonly dial: Dial) {
    super(POOL);
  }

  override createConnection(options: ClientRequestArgs, callback: Done): undefined {
    this.dial(options, null, callback);
  }
}

class CheckedHttpsAgent extends HttpsAgent {
  constructor(private readonly dial: Dial) {
    super(POOL);
  }

  override createConnection(options: ClientRequestArgs, callback: Done): undefined {
    this.dial(options, { alpn: 'http/1.1' }, callback);
  }
}
