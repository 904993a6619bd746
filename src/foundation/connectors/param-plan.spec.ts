import { describe, expect, it } from '@jest/globals';
import { field, ParamKeyError } from '../../core/connectors/index.js';
import { InvalidInputError } from '../../core/errors/index.js';
import { InvalidParamError, SecretRequiredError } from './connectors.errors.js';
import { assertHostBinding } from './host-binding.js';
import { assertSentValues } from './param-check.js';
import { planParams, type ParamEntry, type StoredParam } from './param-plan.js';

const schema = [
  field.url('endpoint', 'Endpoint', { endpoint: true }),
  field.text('region', 'Region', { default: 'us-east-1', endpoint: true }),
  field.text('bucket', 'Bucket'),
  field.secret('secret_key', 'Secret'),
  field.file('certificate', 'Certificate', { required: false }),
];

function stored(key: string, value: string | null, extra: Partial<StoredParam> = {}): StoredParam {
  return {
    id: `id-${key}`,
    key,
    value,
    fileId: null,
    valueType: 'text',
    sequence: 10,
    isSecret: key.includes('secret'),
    ...extra,
  };
}

const before = [stored('endpoint', 'https://a.example'), stored('bucket', 'b1'), stored('secret_key', 's3cret')];

const plan = (entries: ParamEntry[], mode: 'replace' | 'merge' = 'replace', rows = before) =>
  planParams(entries, rows, { schema, mode });
const values = (result: ReturnType<typeof planParams>) =>
  Object.fromEntries(result.params.map((param) => [param.key, param.value]));

describe('planParams', () => {
  it('replaces the whole list: a missing key is removed, an entry without value keeps what is stored', () => {
    const result = plan([{ key: 'bucket', value: 'b2' }, { key: 'secret_key' }]);
    expect(values(result)).toEqual({ bucket: 'b2', secret_key: 's3cret' });
    expect(result.removed.map(({ key }) => key)).toEqual(['endpoint']);
    expect(result.params.filter((param) => param.isChanged).map(({ key }) => key)).toEqual(['bucket']);
  });

  it('merges by key and clears on demand', () => {
    const result = plan(
      [
        { key: 'bucket', clear: true },
        { key: 'region', value: 'eu' },
      ],
      'merge',
    );
    expect(values(result)).toEqual({ endpoint: 'https://a.example', secret_key: 's3cret', region: 'eu' });
    expect(result.removed.map(({ key }) => key)).toEqual(['bucket']);
  });

  it('changes nothing when the same is sent again', () => {
    const result = plan([
      { key: 'endpoint', value: 'https://a.example' },
      { key: 'bucket', value: 'b1' },
      { key: 'secret_key', fileId: null },
    ]);
    expect(result.params.some((param) => param.isChanged)).toBe(false);
    expect(result.removed).toEqual([]);
  });

  it('stores any text for a secret, and refuses null', () => {
    expect(values(plan([{ key: 'secret_key', value: '********' }]))).toEqual({ secret_key: '********' });
    expect(() => plan([{ key: 'secret_key', value: null }])).toThrow(InvalidInputError);
  });

  it('raises secrecy at any time and lowers it only for an undeclared key with a new value', () => {
    const rows = [...before, stored('note', 'x', { isSecret: true })];
    expect(plan([{ key: 'bucket', isSecret: true }]).params[0]).toMatchObject({ isSecret: true, isChanged: true });
    expect(() => plan([{ key: 'note', isSecret: false }], 'merge', rows)).toThrow(InvalidParamError);
    expect(() => plan([{ key: 'secret_key', isSecret: false, value: 'x' }], 'merge', rows)).toThrow(InvalidParamError);
    const lowered = plan([{ key: 'note', isSecret: false, value: 'y' }], 'merge', rows).params.find(
      ({ key }) => key === 'note',
    );
    expect(lowered).toMatchObject({ isSecret: false, value: 'y' });
  });

  it('refuses duplicate keys, leaf and branch (also against stored keys), reserved segments', () => {
    expect(() =>
      plan([
        { key: 'a', value: '1' },
        { key: 'a', value: '2' },
      ]),
    ).toThrow(ParamKeyError);
    expect(() => plan([{ key: 'bucket.name', value: '1' }], 'merge')).toThrow(ParamKeyError);
    expect(() => plan([{ key: 'a.__proto__.b', value: '1' }])).toThrow(ParamKeyError);
  });

  it('keeps a sequence that is left out and gives a new key 10', () => {
    const rows = [stored('bucket', 'b', { sequence: 70 })];
    const result = plan([{ key: 'bucket' }, { key: 'extra', value: 'x' }], 'replace', rows);
    expect(result.params.map(({ key, sequence }) => [key, sequence])).toEqual([
      ['extra', 10],
      ['bucket', 70],
    ]);
  });

  it('refuses a value for a file param and a file for a text param', () => {
    expect(() => plan([{ key: 'certificate', valueType: 'file', value: 'x' }])).toThrow(InvalidParamError);
    expect(() => plan([{ key: 'bucket', fileId: 'f' }])).toThrow(InvalidParamError);
  });
});

describe('assertSentValues', () => {
  const check = (entries: ParamEntry[]) => () => assertSentValues(plan(entries), schema);

  it('refuses a password inside a URL unless the param is secret', () => {
    expect(check([{ key: 'endpoint', value: 'https://user:pw@a.example' }])).toThrow(InvalidParamError);
    expect(check([{ key: 'other', value: 'postgres://u:p@db/x' }])).toThrow(InvalidParamError);
    expect(check([{ key: 'other_dsn', value: 'postgres://u:p@db/x' }])).not.toThrow();
  });

  it('does not look at values that are kept', () => {
    const rows = [stored('endpoint', 'not a url')];
    expect(() =>
      assertSentValues(planParams([{ key: 'endpoint' }], rows, { schema, mode: 'replace' }), schema),
    ).not.toThrow();
  });
});

describe('assertHostBinding', () => {
  const bind =
    (entries: ParamEntry[], mode: 'replace' | 'merge' = 'merge', rows = before) =>
    () =>
      assertHostBinding(planParams(entries, rows, { schema, mode }), rows, schema);

  it('asks for the kept secrets again when an endpoint field changes, appears or vanishes', () => {
    expect(bind([{ key: 'endpoint', value: 'https://evil.example' }])).toThrow(SecretRequiredError);
    expect(bind([{ key: 'region', value: 'eu-west-1' }])).toThrow(SecretRequiredError);
    expect(bind([{ key: 'endpoint', clear: true }])).toThrow(SecretRequiredError);
  });

  it('is content when the secret comes along, even when it is the same', () => {
    expect(
      bind([
        { key: 'endpoint', value: 'https://b.example' },
        { key: 'secret_key', value: 's3cret' },
      ]),
    ).not.toThrow();
  });

  it('compares effective values: writing the default down is no change', () => {
    expect(bind([{ key: 'region', value: 'us-east-1' }])).not.toThrow();
    expect(bind([{ key: 'region', value: '' }])).not.toThrow();
  });

  it('asks for a kept file again by a new file', () => {
    const rows = [
      stored('endpoint', 'https://a.example'),
      stored('certificate', null, { fileId: 'f1', valueType: 'file', isSecret: true }),
    ];
    expect(bind([{ key: 'endpoint', value: 'https://b.example' }], 'merge', rows)).toThrow(SecretRequiredError);
    expect(
      bind(
        [
          { key: 'endpoint', value: 'https://b.example' },
          { key: 'certificate', fileId: 'f1' },
        ],
        'merge',
        rows,
      ),
    ).toThrow(SecretRequiredError);
    expect(
      bind(
        [
          { key: 'endpoint', value: 'https://b.example' },
          { key: 'certificate', fileId: 'f2' },
        ],
        'merge',
        rows,
      ),
    ).not.toThrow();
  });

  it('takes any change of an unavailable provider as a change of the target', () => {
    const entries = [{ key: 'bucket', value: 'b2' }];
    expect(() => assertHostBinding(planParams(entries, before, { schema: null, mode: 'merge' }), before, null)).toThrow(
      SecretRequiredError,
    );
  });
});
