import { randomUUID } from 'node:crypto';
import { closeSync, openSync, readdirSync, rmSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { join } from 'node:path';

const NAME = /^owner-[0-9a-f-]{36}\.sock$/;
/** Nobody listens at the file any more, or it is gone. */
const DEAD_CODES: ReadonlySet<string | undefined> = new Set(['ECONNREFUSED', 'ENOENT']);

/** What the listening server has beside what its types say. */
interface Internals {
  readonly _handle?: { readonly fd?: number } | null;
}

/**
 * A socket file in the home folder on which its owner listens. The kernel ends the listening with the process, however
 * that ends, and tells it to every process on this machine, also to one in another container, where pids say nothing.
 */
export class OwnerSocket {
  private constructor(
    private readonly home: string,
    /** Of its file in the home folder. */
    readonly name: string,
    private readonly server: Server,
  ) {}

  /** @returns `null` where there are no such files: on other systems than Linux, and on some shared filesystems. */
  static async listen(home: string): Promise<OwnerSocket | null> {
    if (process.platform !== 'linux') return null;
    const name = `owner-${randomUUID()}.sock`;
    const server = createServer((socket) => socket.on('error', () => undefined).destroy()).unref();
    const isListening = await at(home, name, (path) => {
      return new Promise<boolean>((resolve) => {
        // For good: whoever cannot be accepted, say without a free descriptor, must not end this process.
        server.on('error', () => resolve(false)).listen(path, () => resolve(true));
      });
    });
    return isListening ? new OwnerSocket(home, name, server) : null;
  }

  /** For a child that inherits it: the owner counts as alive for as long as the child lives. */
  get fd(): number | null {
    return (this.server as Internals)._handle?.fd ?? null;
  }

  async close(): Promise<void> {
    rmSync(join(this.home, this.name), { force: true });
    await new Promise((resolve) => this.server.close(resolve));
  }
}

/** Whether somebody listens on a socket file of the home folder. Only when that is sure, the answer is no. */
export function isListening(home: string, name: string): Promise<boolean> {
  return at(home, name, (path) => {
    return new Promise<boolean>((resolve) => {
      const socket = connect(path, () => resolve(true));
      socket.on('error', (error: NodeJS.ErrnoException) => resolve(!DEAD_CODES.has(error.code)));
      socket.on('connect', () => socket.destroy());
    });
  });
}

/** Removes what owners left behind that were killed. */
export async function removeDeadSockets(home: string): Promise<void> {
  for (const name of readdirSync(home).filter((entry) => NAME.test(entry)))
    if (!(await isListening(home, name))) rmSync(join(home, name), { force: true });
}

/** The path of a socket may have some 100 bytes only, so the folder goes by its number. */
async function at<T>(home: string, name: string, work: (path: string) => Promise<T>): Promise<T> {
  const folder = openSync(home, 'r');
  try {
    return await work(`/proc/self/fd/${folder}/${name}`);
  } finally {
    closeSync(folder);
  }
}
