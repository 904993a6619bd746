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
  it('name the field whose value breaks the rule, wherever the provider found it in the file', () => {
    const text = JSON.stringify({ web: { bucket: 'fine', auth_uri: 'no address' } });
    expect(importLines(refusal(['/param_ids/1/value', URL_RULE]), text, schema)).toEqual([`Sign-in page ${URL_RULE}`]);
  });

  it('name each of several fields that break the same rule', () => {
    const text = JSON.stringify({ endpoint: 'x', auth_uri: 'y' });
    const error = refusal(['/param_ids/0/value', URL_RULE], ['/param_ids/1/value', URL_RULE]);
    expect(importLines(error, text, schema)).toEqual([`Endpoint ${URL_RULE}`, `Sign-in page ${URL_RULE}`]);
  });

  it('name a place of the file by its field, else by its path', () => {
    const error = refusal(['/json_data/web/bucket', 'is given twice'], ['/json_data/a~1b/c', 'No key can be this']);
    expect(importLines(error, '{}', schema)).toEqual(['Bucket is given twice', 'a/b.c: No key can be this']);
  });

  it('show the message alone where no field is known to be meant, and never a pointer', () => {
    const error = refusal(['/param_ids/7/value', 'secret_key was entered for another target'], ['/param_ids', 'Many']);
    expect(importLines(error, '{"endpoint":"https://x.example"}', schema)).toEqual([
      'secret_key was entered for another target',
      'Many',
    ]);
  });

  it('are none of any other failure', () => {
    expect(importLines(new Error('x'), 'no json', schema)).toEqual([]);
  });
});
