import type { DomainError } from '../../core/errors/index.js';
import { constraintOf, sqlStateOf } from '../../persistence/index.js';

const UNIQUE_VIOLATION = '23505';

/**
 * For `.catch()` of a transaction: says in the domain's words which unique index refused it.
 * @param errors by the name of the index; anything else is thrown on as it came.
 */
export function onUniqueViolation(errors: Readonly<Record<string, () => DomainError>>): (error: unknown) => never {
  return (error) => {
    const index = sqlStateOf(error) === UNIQUE_VIOLATION ? constraintOf(error) : undefined;
    throw (index !== undefined && errors[index]?.()) || error;
  };
}
