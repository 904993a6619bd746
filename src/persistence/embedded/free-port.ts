import { createServer } from 'node:net';

/** A free port of the loopback address, the preferred one when it is free. */
export async function freePort(preferred: number | null): Promise<number> {
  return (preferred !== null && (await tryListen(preferred))) || (await anyPort());
}

async function anyPort(): Promise<number> {
  const port = await tryListen(0);
  if (port === null) throw new Error('There is no free port on 127.0.0.1');
  return port;
}

function tryListen(port: number): Promise<number | null> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(null));
    server.listen({ port, host: '127.0.0.1' }, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : null));
    });
  });
}
