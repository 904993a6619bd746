import { Injectable } from '@nestjs/common';
import type { Scope } from '../access/index.js';
import { DomainError, type ErrorDefinition } from '../errors/index.js';

/** No handler is registered under the name. */
export class UnknownCommandError extends DomainError {
  static override readonly definition: ErrorDefinition = {
    code: 'unknown_command',
    kind: 'not_found',
    title: 'There is no such command',
  };
}

/** The record that a command acts on, and its payload as a REST client would send it. */
export interface CommandRequest {
  readonly recordId: string;
  readonly payload: Readonly<Record<string, unknown>>;
}

/** Carries out one command; answers what the REST route answers. */
export type CommandHandler = (scope: Scope, request: CommandRequest) => Promise<object>;

/** Dispatches domain commands by name, in process and for `POST /api/commands/{name}`. */
@Injectable()
export class CommandBus {
  private readonly handlers = new Map<string, CommandHandler>();

  /** @throws Error when the name is taken; the boot stops. */
  register(name: string, handler: CommandHandler): void {
    if (this.handlers.has(name)) throw new Error(`Command ${name} is registered twice`);
    this.handlers.set(name, handler);
  }

  names(): string[] {
    return [...this.handlers.keys()].sort();
  }

  /** @throws UnknownCommandError when no handler has the name. */
  async dispatch(scope: Scope, name: string, request: CommandRequest): Promise<object> {
    const handler = this.handlers.get(name);
    if (!handler) throw new UnknownCommandError();
    return handler(scope, request);
  }
}
