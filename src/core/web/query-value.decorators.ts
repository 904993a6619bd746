import { Transform } from 'class-transformer';

/**
 * Reads a query value that is written as a decimal integer; anything else stays as it is and fails `@IsInt()`.
 * @param options.max larger values are taken down to it.
 */
export function QueryInteger(options: { readonly max?: number } = {}): PropertyDecorator {
  const max = options.max ?? Number.MAX_SAFE_INTEGER;
  return Transform(({ value }: { value: unknown }) =>
    typeof value === 'string' && /^-?\d+$/.test(value) ? Math.min(Number(value), max) : value,
  );
}

/** Reads a query value that is `true` or `false`; anything else stays as it is and fails `@IsBoolean()`. */
export function QueryBoolean(): PropertyDecorator {
  return Transform(({ value }: { value: unknown }) => {
    if (value === 'true') return true;
    return value === 'false' ? false : value;
  });
}
