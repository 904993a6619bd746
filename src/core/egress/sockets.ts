import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { isSameAddress, parseAddress } from './address.js';
import { EgressBlockedError } from './egress.errors.js';
import type { TlsTarget } from './egress-options.js';
import type { ResolvedAddress } from './name-resolver.js';
import type { Target } from './target.js';

const KEEP_ALIVE_DELAY_MS = 60_000;

/**
 * Opens a TCP connection to one checked address; no name is looked up here.
 * @throws EgressBlockedError when the other end turns out to be another address, or the socket's error.
 */
export async function openSocket(
  { address, family }: ResolvedAddress,
  port: number,
  signal: AbortSignal,
): Promise<Socket> {
  const socket = connectTcp({ host: address, port, family, autoSelectFamily: false });
  await readiness(socket, 'connect', signal);
  // A socket that the other end has closed already knows no address any more.
  if (socket.remoteAddress === undefined) throw new Error('The connection was closed');
  const [asked, reached] = [parseAddress(address), parseAddress(socket.remoteAddress)];
  if (asked === null || reached === null || !isSameAddress(asked, reached)) {
    socket.destroy();
    throw new EgressBlockedError('The connection went to another address than the checked one', 'Check the network');
  }
  socket.setNoDelay(true).setKeepAlive(true, KEEP_ALIVE_DELAY_MS);
  return socket;
}

/**
 * Starts TLS on an open socket. The certificate must be valid for the requested name.
 * @param alpn protocols to offer, e.g. `http/1.1`.
 * @throws the handshake's error; the socket is destroyed then.
 */
export async function secureSocket(
  socket: Socket,
  target: Target,
  options: TlsTarget & { readonly alpn?: string },
  signal: AbortSignal,
): Promise<TLSSocket> {
  const name = options.servername ?? target.host;
  const secured = connectTls({
    socket,
    // An address is never sent as a server name, but the certificate is checked against it.
    host: name,
    servername: parseAddress(name) === null ? name : '',
    minVersion: 'TLSv1.2',
    ...(options.ca !== undefined && { ca: options.ca }),
    ...(options.alpn !== undefined && { ALPNProtocols: [options.alpn] }),
  });
  await readiness(secured, 'secureConnect', signal);
  return secured;
}

/** Waits for the event; on an error, an early end or an abort the socket is destroyed and the promise rejects. */
function readiness(socket: Socket, event: 'connect' | 'secureConnect', signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const settle = (finish: () => void) => {
      socket.off('error', onError).off('close', onClose).off(event, onReady);
      signal.removeEventListener('abort', onAbort);
      finish();
    };
    const fail = (error: Error) =>
      settle(() => {
        socket.on('error', () => undefined).destroy();
        reject(error);
      });
    const onReady = () => settle(resolve);
    const onError = (error: Error) => fail(error);
    const onClose = () => fail(new Error('The connection was closed'));
    const onAbort = () => fail(signal.reason as Error);
    socket.once('error', onError).once('close', onClose).once(event, onReady);
    signal.addEventListener('abort', onAbort, { once: true });
    if (signal.aborted) onAbort();
  });
}
