import { inspect } from 'node:util';

/** What stands for a secret in texts. */
export const SECRET_MASK = '[secret]';

/** Holds a secret text so that it cannot be printed, logged or serialised by accident. */
export class Secret {
  readonly #value: string;

  private constructor(value: string) {
    this.#value = value;
  }

  static of(value: string): Secret {
    return new Secret(value);
  }

  /** The text itself. Call it as late as possible, and never keep the answer. */
  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return SECRET_MASK;
  }

  toJSON(): string {
    return SECRET_MASK;
  }

  [Symbol.toPrimitive](): string {
    return SECRET_MASK;
  }

  [inspect.custom](): string {
    return SECRET_MASK;
  }
}
