/**
 * What a page reads from its address: the named values, when they are there and not empty.
 * @returns the `validateSearch` of a route.
 */
export function textSearch<const Key extends string>(...keys: readonly Key[]) {
  return (search: Record<string, unknown>): { [K in Key]?: string } => {
    const found: { [K in Key]?: string } = {};
    for (const key of keys) {
      const text = textOf(search[key]);
      if (text !== '') found[key] = text;
    }
    return found;
  };
}

/** The router makes numbers and booleans of what looks like them, and only of what gives the same text again. */
function textOf(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
}
