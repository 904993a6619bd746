import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { createInterface } from 'node:readline';

const PROGRAM = `
  const server = require('node:net').createServer();
  server.listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => console.log(server.address().port));
`;
/** More than the kernel lets wait, whatever it adds to the backlog. */
const WAITING = 8;

/** A port on which nobody accepts any more: the kernel drops who knocks, as a firewall does. */
export class FullQueue {
  private constructor(
    private readonly child: ChildProcess,
    private readonly waiting: readonly Socket[],
    readonly port: number,
  ) {}

  static async open(): Promise<FullQueue> {
    const child = spawn(process.execPath, ['-e', PROGRAM], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
    child.kill('SIGSTOP');
    const port = Number(line);
    const waiting = Array.from({ length: WAITING }, () => connect(port, '127.0.0.1').on('error', () => undefined));
    await once(waiting[0] as Socket, 'connect');
    return new FullQueue(child, waiting, port);
  }

  async close(): Promise<void> {
    for (const socket of this.waiting) socket.destroy();
    const ended = once(this.child, 'close');
    this.child.kill('SIGKILL'); // counts for a stopped process too
    await ended;
  }
}
