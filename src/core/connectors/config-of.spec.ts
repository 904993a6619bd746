import { describe, expect, it } from '@jest/globals';
import { field } from './config-field.js';
import type { ConfigOf } from './config-of.js';

/** Whether two types are the same, checked by the compiler: a wrong one does not type-check. */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
/** An intersection and the object it amounts to are different types to the compiler; this makes them one. */
type Plain<T> = T extends string | number | boolean | undefined ? T : { [K in keyof T]: Plain<T[K]> };
const same = <A, B>(answer: Same<Plain<A>, Plain<B>>) => answer;

const schema = [
  field.text('bucket', 'Bucket'),
  field.text('region', 'Region', { required: false, default: 'us-east-1', endpoint: true }),
  field.secret('secret_key', 'Secret', { required: false }),
  field.number('port', 'Port', { default: 465, min: 1, max: 65_535 }),
  field.boolean('tls', 'TLS'),
  field.choice('auth', 'Sign-in', [
    { value: 'password', label: 'Password' },
    { value: 'key', label: 'Key' },
  ]),
  field.multiline('private_key', 'Key', { secret: true, required: true, shownWhen: { key: 'auth', in: ['key'] } }),
  field.text('dkim.selector', 'Selector', { required: false }),
  field.text('client.id', 'Client id'),
  field.secret('client.secret', 'Client secret', { required: false }),
  field.json('account', 'Account', { secret: true }),
  field.file('certificate', 'Certificate'),
  field.url('url', 'URL'),
  field.map('headers', 'Headers', { secret: true }),
] as const;

interface Expected {
  readonly bucket: string;
  readonly region: string;
  readonly secret_key?: string;
  readonly port: number;
  readonly tls: boolean;
  readonly auth: 'password' | 'key';
  readonly private_key?: string;
  readonly dkim?: { readonly selector?: string };
  readonly client: { readonly id: string; readonly secret?: string };
  readonly account: string;
  readonly certificate: string;
  readonly url: string;
  readonly headers?: Record<string, string>;
}

describe('ConfigOf', () => {
  it('follows the schema: required, optional, defaulted, conditional and nested fields', () => {
    expect(same<ConfigOf<typeof schema>, Expected>(true)).toBe(true);
  });

  it('is not anything: another type is told apart', () => {
    expect(same<ConfigOf<typeof schema>, Expected & { readonly extra: string }>(false)).toBe(false);
    expect(same<ConfigOf<typeof schema>, Omit<Expected, 'bucket'> & { readonly bucket: number }>(false)).toBe(false);
    // @ts-expect-error a conditional field may be missing
    const key: (config: ConfigOf<typeof schema>) => string = (config) => config.private_key;
    // @ts-expect-error a branch of optional leaves may be missing
    const selector: (config: ConfigOf<typeof schema>) => unknown = (config) => config.dkim.selector;
    expect([key, selector]).toHaveLength(2);
  });
});

describe('field', () => {
  it('is required unless it is optional, has a default or a condition', () => {
    expect(Object.fromEntries(schema.map(({ key, required }) => [key, required]))).toEqual({
      bucket: true,
      region: false,
      secret_key: false,
      port: false,
      tls: true,
      auth: true,
      private_key: true,
      'dkim.selector': false,
      'client.id': true,
      'client.secret': false,
      account: true,
      certificate: true,
      url: true,
      headers: false,
    });
  });

  it('is secret by its kind, or when it says so', () => {
    const secrets = schema.filter(({ secret }) => secret).map(({ key }) => key);
    expect(secrets).toEqual(['secret_key', 'private_key', 'client.secret', 'account', 'certificate', 'headers']);
  });
});
