import { createServer as createHttpServer } from 'node:http';
import { createServer, type AddressInfo, type Server } from 'node:net';
import ipaddr from 'ipaddr.js';

const SILENCE_MS = 200;

/** Hears who connects to any address of the namespace, and to which. */
export class Canary {
  private heard: string[] = [];

  private constructor(private readonly server: Server) {
    server.on('connection', (socket) => {
      this.heard.push(ipaddr.process(socket.localAddress ?? '::').toString());
      socket.on('error', () => undefined).destroy();
    });
  }

  static async listen(): Promise<Canary> {
    return new Canary(await listening(createServer()));
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** The addresses of the connections since the last call. */
  async take(): Promise<string[]> {
    await new Promise((resolve) => setTimeout(resolve, 20)); // what was connected is accepted by now
    const heard = this.heard;
    this.heard = [];
    return heard;
  }

  stop(): void {
    this.server.close();
  }
}

/** Says nothing, and counts the bytes that it is told, on every address. */
export class Confidant {
  private bytes = 0;

  private constructor(private readonly server: Server) {
    server.on('connection', (socket) => {
      socket.on('data', (chunk: Buffer) => {
        this.bytes += chunk.length;
        socket.destroy();
      });
      // Who waits for a greeting is sent away.
      socket.on('error', () => undefined).setTimeout(SILENCE_MS, () => socket.destroy());
    });
  }

  static async listen(): Promise<Confidant> {
    return new Confidant(await listening(createServer()));
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** The bytes since the last call. */
  async take(): Promise<number> {
    await new Promise((resolve) => setTimeout(resolve, 20)); // what was sent has come by now
    const { bytes } = this;
    this.bytes = 0;
    return bytes;
  }

  stop(): void {
    this.server.close();
  }
}

/** An HTTP service on every address that sends whoever asks somewhere else. */
export class Redirector {
  /** Set by whoever asks next. */
  location = '';
  status = 302;
  asked = 0;

  private constructor(private readonly server: Server) {}

  static async listen(): Promise<Redirector> {
    const server = createHttpServer((request, response) => {
      redirector.asked += 1;
      request.resume();
      response.writeHead(redirector.status, { location: redirector.location, connection: 'close' }).end();
    });
    const redirector = new Redirector(await listening(server));
    return redirector;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  stop(): void {
    this.server.close();
  }
}

async function listening(server: Server): Promise<Server> {
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '::', resolve));
  return server;
}
