import { describe, expect, it } from '@jest/globals';
import type { ConfigField } from '../../../api/connectors';
import { ApiError } from '../../../api/problem';
import { importLines } from './import-issues';

const schema = [
  { key: 'endpoint', label: 'Endpoint', type: 'url' },
  { key: 'auth_uri', label: 'Sign-in page', type: 'url' },
  { key: 'bucket', label: 'Bucket', type: 'text' },
] as ConfigField[];

const URL_RULE = 'must be an http or https URL';

const refusal = (...issues: (readonly [pointer: string, message: string])[]) =>
  new ApiError(
    {
      type: 'urn:x',
      title: 'Refused',
      status: 422,
      detail: 'Refused',
      instance: 'id',
      code: 'invalid_param',
      errors: issues.map(([pointer, message]) => ({ pointer, code: 'x', message })),
    },
    null,
  );

describe('the issues of a refused import', () => {
  it('name each field that is refused, wherever the provider found it in the file', () => {
    const error = refusal(['/json_data/endpoint', URL_RULE], ['/json_data/web/auth_uri', URL_RULE]);
    expect(importLines(error, schema)).toEqual([`Endpoint ${URL_RULE}`, `Sign-in page ${URL_RULE}`]);
  });

  it('name a place of the file by its field, else by its path', () => {
    const error = refusal(['/json_data/web/bucket', 'is given twice'], ['/json_data/a~1b/c', 'No key can be this']);
    expect(importLines(error, schema)).toEqual(['Bucket is given twice', 'a/b.c: No key can be this']);
  });

  it('show the message alone where the file as a whole is meant, and never a pointer', () => {
    const error = refusal(
      ['/json_data', 'secret_key was entered for another target'],
      ['/file_content', 'is not JSON'],
    );
    expect(importLines(error, schema)).toEqual([
      'secret_key was entered for another target',
      'File content is not JSON',
    ]);
  });

  it('are none of any other failure', () => {
    expect(importLines(new Error('x'), schema)).toEqual([]);
  });
});
