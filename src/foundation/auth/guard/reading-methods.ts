const READING_METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD']);

/** Whether requests of this method change nothing. */
export function isReading(method: string): boolean {
  return READING_METHODS.has(method);
}
