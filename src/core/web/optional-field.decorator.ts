import { ValidateIf } from 'class-validator';

/**
 * The field may be left out, but `null` is checked like any other value. (`@IsOptional()` lets `null` through; use
 * that only where `null` has a meaning.)
 */
export function OptionalField(): PropertyDecorator {
  return ValidateIf((_object: object, value: unknown) => value !== undefined);
}
