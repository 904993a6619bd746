/** What is said in passing. Shown by the toasts of the frame, whose code is loaded with the first of them. */
export interface Notice {
  readonly message: string;
  readonly title?: string;
  readonly isFailure: boolean;
}

type Listener = (notice: Notice) => void;

const listeners = new Set<Listener>();

/** Says that something is done; it goes by itself, as nothing depends on reading it. */
export function notifyDone(message: string): void {
  tell({ message, isFailure: false });
}

/** Says that something that was shown as done at once did not work, and is undone. */
export function notifyFailed(title: string, message: string): void {
  tell({ title, message, isFailure: true });
}

/** @returns what ends the listening. */
export function onNotice(listener: Listener): () => void {
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
}

function tell(notice: Notice): void {
  for (const listener of listeners) listener(notice);
}
