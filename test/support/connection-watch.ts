import { Socket } from 'node:net';

type Connect = typeof Socket.prototype.connect;

/** Notes where the sockets of this process go, whoever opens them, and lets none leave the machine. */
export class ConnectionWatch {
  private readonly hosts: string[] = [];
  private readonly connect: Connect = Socket.prototype.connect;

  static start(): ConnectionWatch {
    const watch = new ConnectionWatch();
    const { connect, hosts } = watch;
    Socket.prototype.connect = function (this: Socket, ...args: unknown[]): Socket {
      const host = hostOf(args);
      hosts.push(host);
      if (!isLoopback(host)) return this.destroy(new Error(`A connection to ${host}`));
      return Reflect.apply(connect, this, args) as Socket;
    };
    return watch;
  }

  /** @returns where connections went so far, each place once. */
  places(): { inside: string[]; outside: string[] } {
    const all = [...new Set(this.hosts)];
    return { inside: all.filter(isLoopback), outside: all.filter((host) => !isLoopback(host)) };
  }

  stop(): void {
    Socket.prototype.connect = this.connect;
  }
}

/** `connect` takes a port and a host, a path, options, or what `net.connect` has made of these. */
function hostOf(args: readonly unknown[]): string {
  const [first, second] = (Array.isArray(args[0]) ? args[0] : args) as readonly unknown[];
  if (typeof first !== 'object' || first === null) return typeof second === 'string' ? second : 'localhost';
  const { host, path } = first as { host?: string | null; path?: string | null };
  return path === undefined || path === null ? (host ?? 'localhost') : 'localhost';
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host.startsWith('127.');
}
