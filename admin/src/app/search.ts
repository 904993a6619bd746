/**
 * What a page reads from its address: the named values, when they are there and not empty.
 * @returns the `validateSearch` of a route.
 */
export function textSearch<const Key extends string>(...keys: readonly Key[]) {
  return (search: Record<string, unknown>): { [K in Key]?: string } => {
    const found: { [K in Key]?: string } = {};
    for (const key of keys) {
      const value = search[key];
      if (typeof value === 'string' && value !== '') found[key] = value;
    }
    return found;
  };
}
