import fc, { type Arbitrary } from 'fast-check';
import type { ApiDocument, Schema } from '../../support/openapi.js';

/** Texts that broke somebody's server once. */
const NASTY = [
  ...['', ' ', '\0', 'a\0b', '\ud800', 'x\udfff', '\u202e', '👩‍👩‍👧‍👦', 'ﬃ', '\r\nset-cookie: a=b', '%00', '%ff', '\ufeff'],
  ...[
    '__proto__',
    'constructor',
    'prototype',
    'a.__proto__.b',
    'constructor.prototype.x',
    'toString',
    'hasOwnProperty',
  ],
  ...[
    "' OR 1=1 --",
    '"; DROP TABLE res_user; --',
    '\\',
    '${7*7}',
    '{{7*7}}',
    '<script>alert(1)</script>',
    '../../etc/passwd',
  ],
  ...[
    '-1',
    '1e999',
    'NaN',
    'null',
    'true',
    '9007199254740993',
    '2147483648',
    '0x10',
    '1970-01-01',
    '+275760-09-13T00:00:00Z',
  ],
  ...[
    'http://127.0.0.1:1/',
    'http://[::1]/',
    'file:///etc/passwd',
    'http://0/',
    '(((((((((a+)+)+)+)+)+)+)+)+!',
    'a'.repeat(300),
  ],
];

/** Makes values that fit a schema, nearly fit it, or do not fit at all. */
export class ValueMaker {
  constructor(
    private readonly document: ApiDocument,
    /** Ids of records that exist, beside ids that nobody has. */
    private readonly ids: readonly string[],
  ) {}

  /** A value for the schema, mostly a fitting one. */
  of(schema: Schema, depth = 0): Arbitrary<unknown> {
    return fc.oneof({ weight: 24, arbitrary: this.fitting(schema, depth) }, { weight: 1, arbitrary: anything() });
  }

  text(): Arbitrary<string> {
    return fc.oneof(
      { weight: 3, arbitrary: fc.constantFrom(...NASTY) },
      { weight: 2, arbitrary: fc.string({ maxLength: 40 }) },
      { weight: 2, arbitrary: fc.string({ unit: 'binary', maxLength: 40 }) },
      { weight: 2, arbitrary: fc.constantFrom(...this.ids) },
      { weight: 1, arbitrary: fc.constantFrom(5_000, 70_000).map((length) => 'x'.repeat(length)) },
    );
  }

  private fitting(schema: Schema, depth: number): Arbitrary<unknown> {
    const plain = this.document.resolve(schema);
    const choices = plain.oneOf ?? plain.anyOf;
    if (choices !== undefined) return fc.oneof(...choices.map((choice) => this.fitting(choice, depth)));
    if (plain.nullable) return fc.option(this.typed({ ...plain, nullable: false }, depth));
    return this.typed(plain, depth);
  }

  private typed(schema: Schema, depth: number): Arbitrary<unknown> {
    if (schema.enum !== undefined) return fc.constantFrom(...schema.enum);
    switch (schema.type) {
      case 'object':
        return this.object(schema, depth);
      case 'array':
        return fc.array(this.of(schema.items ?? {}, depth + 1), { maxLength: Math.min(schema.maxItems ?? 3, 3) });
      case 'integer':
      case 'number':
        return fc.oneof(fc.integer({ min: schema.minimum ?? 0, max: schema.maximum ?? 100 }), oddNumber());
      case 'boolean':
        return fc.boolean();
      case 'string':
        return this.string(schema);
      default:
        return anything();
    }
  }

  private object(
    { properties = {}, required = [], additionalProperties, example }: Schema,
    depth: number,
  ): Arbitrary<unknown> {
    if (depth > 5) return fc.constant({});
    const entries = Object.entries(properties).filter(([, property]) => !this.document.resolve(property).readOnly);
    const known = fc.record(
      Object.fromEntries(entries.map(([name, property]) => [name, this.of(property, depth + 1)])),
      {
        requiredKeys: [...required].filter((name) => entries.some(([own]) => own === name)),
      },
    );
    const isOpen = additionalProperties !== undefined && additionalProperties !== false;
    const extra = fc.dictionary(fc.oneof(fc.constantFrom(...NASTY), fc.string()), anything(), { maxKeys: 3 });
    return fc
      .tuple(known, sometimes(extra, isOpen ? 2 : 12), fc.boolean())
      .map(([own, more, takesExample]) => merge(isOpen && takesExample ? (example ?? {}) : {}, own, more ?? {}));
  }

  private string({ format, example, pattern, minLength = 0, maxLength = 60 }: Schema): Arbitrary<unknown> {
    const options: Arbitrary<unknown>[] = [this.text()];
    if (format === 'uuid') options.push(fc.constantFrom(...this.ids), fc.constantFrom(...this.ids), fc.uuid());
    if (format === 'date-time')
      options.push(
        fc
          .date()
          .filter(isValid)
          .map((date) => date.toISOString()),
      );
    if (example !== undefined) options.push(...Array.from({ length: 5 }, () => fc.constant(example)));
    if (pattern === undefined) options.push(fc.string({ minLength, maxLength: Math.min(maxLength, 60) }));
    return fc.oneof(...options);
  }
}

/** The value once in so many times, else `null`. */
export function sometimes<Value>(value: Arbitrary<Value>, oneIn: number): Arbitrary<Value | null> {
  return fc.oneof({ weight: oneIn - 1, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: value });
}

/** Also keys like `__proto__` become own properties, so that JSON carries them. */
function merge(...objects: readonly object[]): object {
  return Object.fromEntries(objects.flatMap((object) => Object.entries(object)));
}

function anything(): Arbitrary<unknown> {
  return fc.oneof(
    fc.constantFrom<unknown>(...NASTY, null, true, 0, -1, [], {}, [[]], { a: { b: {} } }),
    fc.jsonValue({ maxDepth: 2 }),
    oddNumber(),
    fc.constantFrom(2, 30, 40, 2_000).map((depth) => nest(depth)),
  );
}

function oddNumber(): Arbitrary<number> {
  return fc.constantFrom(-1, 0, 0.5, 1e21, 2 ** 31, 2 ** 53, -(2 ** 63), 1e308, -0);
}

function nest(depth: number): unknown {
  let value: unknown = 1;
  for (let level = 0; level < depth; level++) value = level % 2 ? [value] : { a: value };
  return value;
}

function isValid(date: Date): boolean {
  return !Number.isNaN(date.getTime());
}
