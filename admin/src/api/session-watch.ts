/**
 * What happens when the session ends while a page is open: the calls wait here, a dialog asks for the password over the
 * page, and then they are sent again. So a form keeps its values, and a save is not lost.
 */
type Listener = () => void;

interface Waiting {
  readonly resume: () => void;
  readonly giveUp: (reason: Error) => void;
}

export class SessionEndedError extends Error {
  constructor() {
    super('Your session has ended.');
    this.name = 'SessionEndedError';
  }
}

export class SessionWatch {
  private isWatching = false;
  private readonly waiting = new Set<Waiting>();
  private readonly listeners = new Set<Listener>();

  /** From now on a lost session is asked for; before somebody signed in, a 401 is just an answer. */
  begin(): void {
    this.isWatching = true;
  }

  end(): void {
    this.isWatching = false;
    for (const call of this.waiting) call.giveUp(new SessionEndedError());
    this.waiting.clear();
    this.notify();
  }

  get isActive(): boolean {
    return this.isWatching;
  }

  readonly isLost = (): boolean => this.waiting.size > 0;

  /** Resolves when the same user signed in again. @throws SessionEndedError when he leaves instead. */
  restored(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.waiting.add({ resume: resolve, giveUp: reject });
      this.notify();
    });
  }

  resume(): void {
    const calls = [...this.waiting];
    this.waiting.clear();
    for (const call of calls) call.resume();
    this.notify();
  }

  readonly subscribe = (listener: Listener): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  private notify(): void {
    for (const listener of this.listeners) listener();
  }
}

export const sessionWatch = new SessionWatch();
