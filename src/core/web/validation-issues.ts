import type { ValidationError } from '@nestjs/common';
import type { InputIssue } from '../errors/index.js';

const MAX_ISSUES = 100;
const MAX_POINTER = 512;

const CODES: Readonly<Record<string, string>> = {
  whitelistValidation: 'unknown_field',
  isString: 'invalid_type',
  isInt: 'invalid_type',
  isNumber: 'invalid_type',
  isBoolean: 'invalid_type',
  isArray: 'invalid_type',
  isObject: 'invalid_type',
  nestedValidation: 'invalid_type',
  unknownValue: 'invalid_type',
  isNotEmpty: 'required',
  isDefined: 'required',
  maxLength: 'too_long',
  isLength: 'invalid_length',
  minLength: 'too_short',
  arrayMaxSize: 'too_many',
  isUuid: 'invalid_id',
};

/** Where the library's sentence would tell of a rule that was not the reason. */
const FIXED_MESSAGES: Readonly<Record<string, string>> = {
  unknown_field: 'This field is not known',
  required: 'This field is required',
};

/** The issues of class-validator's errors, as pointers into the body (or names of query parameters). */
export function issuesOf(errors: readonly ValidationError[]): InputIssue[] {
  const issues: InputIssue[] = [];
  for (const error of errors) collect(error, '', issues);
  return issues;
}

function collect(error: ValidationError, parent: string, issues: InputIssue[]): void {
  if (issues.length >= MAX_ISSUES) return;
  const pointer = `${parent}/${error.property.replaceAll('~', '~0').replaceAll('/', '~1')}`.slice(0, MAX_POINTER);
  const broken = worstOf(error);
  if (broken) issues.push({ pointer, ...broken });
  for (const child of error.children ?? []) collect(child, pointer, issues);
}

/** The one rule to tell of: a wrong type explains all others; else the one that stands first on the field. */
function worstOf({ constraints = {}, value }: ValidationError): { code: string; message: string } | null {
  const broken = Object.entries(constraints).reverse();
  const [constraint, message] = broken.find(([name]) => CODES[name] === 'invalid_type') ?? broken[0] ?? [];
  if (constraint === undefined || message === undefined) return null;
  const isMissing = value === undefined && constraint !== 'whitelistValidation';
  const code = isMissing ? 'required' : (CODES[constraint] ?? 'invalid_value');
  return { code, message: FIXED_MESSAGES[code] ?? message };
}
