import type { Send, ServerProcess } from '../../../test/processes/server-process.js';
import { keyStateOf, leftBehind, newestRotation, untilCompleted, type RotationKind } from '../../support/rotations.js';
import type { ValueLoad } from './value-load.js';

/** A server, and a caller who has signed in there. */
export interface Seat {
  readonly server: ServerProcess;
  readonly send: Send;
}

export async function seatOf(server: ServerProcess): Promise<Seat> {
  const { send } = await server.signIn();
  return { server, send };
}

/** Asks for rotations, and looks at what they leave. */
export class Rotations {
  completed = 0;
  /** Only one rotation is active at a time: after one that never ends there is none. */
  isStuck = false;
  readonly failures: string[] = [];

  constructor(
    readonly databaseUrl: string,
    readonly load: ValueLoad,
    /** Milliseconds that a rotation may take. */
    private readonly limit: number,
  ) {}

  async rotate(kind: RotationKind, send: Send): Promise<void> {
    const { status, body } = await send<{ id: string; code?: string }>('POST', '/api/keys/rotations', { kind });
    if (status !== 202) return void this.failures.push(`A rotation answered ${status} ${body.code ?? ''}`);
    await this.complete(send, body.id);
  }

  /** The rotation that was asked for, if the request came that far; else a new one. */
  async finish(kind: RotationKind, send: Send): Promise<void> {
    const newest = await newestRotation(send);
    if (newest && newest.status !== 'completed') await this.complete(send, newest.id);
    else await this.rotate(kind, send);
  }

  /** Every value is as written, in each living process, and stands under the current key of its owner. */
  async check(seats: readonly Seat[]): Promise<void> {
    for (const { send } of seats.filter(({ server }) => !server.hasEnded)) await this.load.readAll(send);
    this.failures.push(...leftBehind(await keyStateOf(this.databaseUrl)));
  }

  private async complete(send: Send, id: string): Promise<void> {
    const rotation = await untilCompleted(send, id, this.limit);
    this.isStuck = rotation === null;
    if (rotation === null) return void this.failures.push('A rotation did not come to its end');
    this.completed += 1;
    if (rotation.progress.some(({ unreadable }) => unreadable > 0)) this.failures.push('Ciphertext became unreadable');
  }
}
