import fc, { type Arbitrary } from 'fast-check';
import type { HttpRequest } from '../../support/http.js';
import type { ApiDocument, Operation, Parameter } from '../../support/openapi.js';
import type { Credentials } from '../../support/people.js';
import { sometimes, ValueMaker } from './values.js';

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'PROPFIND'];
const WITHOUT_BODY = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE', 'DELETE']);
const TYPES = [
  ...[
    'application/json',
    'application/json; charset=utf-8',
    'application/json; charset=utf-16',
    'application/json;',
    '',
  ],
  ...[
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data',
    'multipart/form-data; boundary=x',
    '/',
    'a',
  ],
  ...['application/problem+json', 'application/xml', 'application/json, text/plain', 'multipart/form-data; boundary="'],
];
const BROKEN_JSON = [
  ...[
    '',
    '{',
    '[',
    '{"a":}',
    '{"a":1,}',
    'undefined',
    '\ufeff{}',
    '{}{}',
    '"',
    'nul',
    '{"a":1e99999}',
    "{'a':1}",
    '0x1',
  ],
  ...['{"a":1,"a":2}', '[]', '1', '"x"'],
];

/** Bodies that reach a prototype when they are copied without care. */
const POLLUTING = [
  '{"__proto__":{"polluted":true}}',
  '{"constructor":{"prototype":{"polluted":true}}}',
  '{"json_data":{"__proto__":{"polluted":true}},"mode":"merge"}',
  '{"config":{"constructor":{"prototype":{"polluted":true}}}}',
  '{"param_ids":[{"key":"__proto__.polluted","value":"true"}]}',
];

/** End the session that they come with, a sign-in too, and nobody could go on: these are sent signed out. */
export const ENDS_SESSION: ReadonlySet<string> = new Set(['login', 'logout', 'changePassword']);

/** A request, and what it is a try of. */
export interface FuzzRequest extends HttpRequest {
  readonly operation: Operation;
}

/** Makes requests from the document: mostly nearly right ones, since those get furthest. */
export class RequestMaker {
  private readonly values: ValueMaker;

  constructor(
    private readonly document: ApiDocument,
    ids: readonly string[],
    /** Callers to choose from. */
    private readonly callers: readonly Credentials[],
  ) {
    this.values = new ValueMaker(document, ids);
  }

  all(): Arbitrary<FuzzRequest> {
    return fc.oneof(...this.document.operations.map((operation) => this.of(operation)));
  }

  private of(operation: Operation): Arbitrary<FuzzRequest> {
    const method = fc.oneof(
      { weight: 30, arbitrary: fc.constant(operation.method) },
      { weight: 1, arbitrary: fc.constantFrom(...METHODS) },
    );
    const caller = ENDS_SESSION.has(operation.operationId) ? fc.constant({}) : fc.constantFrom(...this.callers);
    return fc
      .tuple(method, this.path(operation), this.query(operation), this.headers(operation), caller, this.body(operation))
      .map(([chosen, path, query, headers, credentials, body]) => ({
        operation,
        method: chosen,
        path: `${path}${query}`,
        headers: { ...headers, ...(body && { 'content-type': body.type }), ...credentials },
        body: WITHOUT_BODY.has(chosen) ? null : (body?.bytes ?? null),
      }));
  }

  private path({ path, parameters }: Operation): Arbitrary<string> {
    const parts = path.split('/').map((part) => {
      const name = /^\{(.*)\}$/.exec(part)?.[1];
      if (name === undefined) return fc.constant(part);
      const parameter = parameters.find((one) => one.in === 'path' && one.name === name);
      const fitting = this.values.of(parameter?.schema ?? { type: 'string' }).map((value) => encode(value));
      const junk = fc.constantFrom(
        '',
        '.',
        '..',
        '%',
        '%00',
        '%ff',
        '%c0%ae',
        '*',
        '%2f',
        ';',
        '%e2%80%ae',
        'x'.repeat(600),
      );
      return fc.oneof({ weight: 9, arbitrary: fitting }, { weight: 1, arbitrary: junk });
    });
    return fc.tuple(...parts).map((filled) => filled.join('/'));
  }

  private query({ parameters }: Operation): Arbitrary<string> {
    const own = parameters.filter(({ in: place }) => place === 'query');
    const pairs = own.map(({ name, schema = {} }) =>
      sometimes(
        this.values.of(schema).map((value) => `${encode(name)}=${encode(value)}`),
        3,
      ),
    );
    const odd = fc.constantFrom('x=1', '__proto__=1', 'a[b]=c', 'limit=1&limit=2', '%', '=', '&&', 'cursor=%00', '?');
    return fc.tuple(fc.tuple(...pairs), sometimes(odd, 10)).map(([chosen, more]) => {
      const all = [...chosen, more].filter((pair) => pair !== null);
      return all.length === 0 ? '' : `?${all.join('&')}`;
    });
  }

  private headers({ parameters }: Operation): Arbitrary<Record<string, string>> {
    const known = parameters.filter(({ in: place }) => place === 'header').map(({ name }) => name);
    const names = [...known, 'if-match', 'idempotency-key', 'range', 'accept', 'accept-encoding', 'x-forwarded-for'];
    const more = [
      'x-forwarded-proto',
      'sec-fetch-site',
      'origin',
      'if-none-match',
      'if-range',
      'accept-language',
      'x-request-id',
    ];
    const odd = fc.constantFrom(
      ...[
        '*',
        '"1"',
        'W/"1"',
        '"x"',
        '""',
        '"-1"',
        '"99999999999999999999"',
        'bytes=0-0',
        'bytes=-1',
        'bytes=5-1',
        'bytes=a',
      ],
      ...[
        'bytes=0-1,2-3',
        'null',
        'https://evil.example',
        'same-origin',
        'cross-site',
        '\u00ff',
        'x'.repeat(300),
        ' ',
        ',',
      ],
    );
    const value = fc.oneof(odd, fc.string({ maxLength: 30 }).filter(isHeaderText), this.exampleOf(parameters));
    return fc.oneof(
      { weight: 2, arbitrary: fc.constant({}) },
      { weight: 1, arbitrary: fc.dictionary(fc.constantFrom(...names, ...more), value, { maxKeys: 2 }) },
    );
  }

  private exampleOf(parameters: readonly Parameter[]): Arbitrary<string> {
    const examples = parameters.filter(({ in: place }) => place === 'header').map(({ schema }) => schema?.example);
    const texts = examples.filter((example): example is string => typeof example === 'string' && isHeaderText(example));
    return texts.length === 0 ? fc.constant('x') : fc.constantFrom(...texts);
  }

  private body({ body }: Operation): Arbitrary<{ type: string; bytes: string | Buffer } | null> {
    const junk = fc.tuple(fc.constantFrom(...TYPES), this.junk()).map(([type, bytes]) => ({ type, bytes }));
    if (body === null) return sometimes(junk, 10);
    const fitting = body.type.startsWith('multipart/')
      ? this.form()
      : this.values.of(body.schema).map((value) => ({ type: 'application/json', bytes: JSON.stringify(value) }));
    return fc.oneof(
      { weight: 12, arbitrary: fitting },
      { weight: 1, arbitrary: junk },
      { weight: 1, arbitrary: fc.constantFrom(...POLLUTING).map((bytes) => ({ type: 'application/json', bytes })) },
      { weight: 1, arbitrary: this.junk().map((bytes) => ({ type: 'application/json', bytes })) },
      { weight: 1, arbitrary: fc.constant(null) },
    );
  }

  private junk(): Arbitrary<string | Buffer> {
    const bytes = fc.uint8Array({ maxLength: 60 }).map((array) => Buffer.from(array));
    const deep = fc.constantFrom(40, 100_000).map((depth) => '['.repeat(depth));
    return fc.oneof<Arbitrary<string | Buffer>[]>(fc.constantFrom(...BROKEN_JSON), bytes, deep, this.values.text());
  }

  /** A form with all that a client may get wrong about it. */
  private form(): Arbitrary<{ type: string; bytes: string }> {
    const line = fc.oneof(
      fc.constantFrom(
        'name="file"; filename="a.txt"',
        'name="purpose"',
        'name="organization_id"',
        'name=""',
        'name="__proto__"',
      ),
      this.values.text().map((text) => `name="file"; filename="${text.slice(0, 300)}"`),
    );
    const part = fc
      .tuple(line, this.values.text())
      .map(([disposition, text]) => `--x\r\ncontent-disposition: form-data; ${disposition}\r\n\r\n${text}\r\n`);
    return fc
      .tuple(fc.array(part, { maxLength: 3 }), fc.constantFrom('--x--\r\n', '', '--x', '--x--'))
      .map(([parts, end]) => ({ type: 'multipart/form-data; boundary=x', bytes: parts.join('') + end }));
  }
}

function encode(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  // By way of bytes: a lone surrogate cannot be encoded.
  return encodeURIComponent(Buffer.from(text.slice(0, 2_000)).toString());
}

function isHeaderText(text: string): boolean {
  return /^[\x21-\x7e\xa0-\xff ]*$/.test(text);
}
