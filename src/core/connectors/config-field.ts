/** How a field is edited, checked and kept. Everything is stored as text. */
export type FieldType =
  'text' | 'secret' | 'number' | 'boolean' | 'choice' | 'url' | 'multiline' | 'json' | 'file' | 'map';

export interface Choice<Value extends string = string> {
  readonly value: Value;
  readonly label: string;
}

/** Shows a field only while another one has one of these values. */
export interface ShownWhen {
  readonly key: string;
  readonly in: readonly string[];
}

/** One declared param of a provider; the schema is the list of these. */
export interface ConfigField {
  /** Dot-notation key; for a `map` the prefix of its free sub-keys. */
  readonly key: string;
  readonly label: string;
  readonly type: FieldType;
  /** Checked by test and use, not by saving. */
  readonly required: boolean;
  /** Write-only over REST. */
  readonly secret: boolean;
  /** Part of the address that secrets are bound to: changing it asks for every kept secret again. */
  readonly endpoint: boolean;
  readonly default?: string | number | boolean;
  /** ECMAScript regular expression, matched against the whole value; longer than 1,024 characters never fits. */
  readonly pattern?: string;
  /** Said when the pattern does not match. */
  readonly patternHint?: string;
  readonly help?: string;
  readonly docsUrl?: string;
  readonly placeholder?: string;
  readonly choices?: readonly Choice[];
  readonly shownWhen?: ShownWhen;
  readonly min?: number;
  readonly max?: number;
}

export type ConfigSchema = readonly ConfigField[];

/** What an author may say besides key and label. */
export interface FieldOptions {
  readonly required?: boolean;
  readonly endpoint?: boolean;
  readonly pattern?: string;
  readonly patternHint?: string;
  readonly help?: string;
  readonly docsUrl?: string;
  readonly placeholder?: string;
  readonly shownWhen?: ShownWhen;
}

interface TextOptions extends FieldOptions {
  readonly default?: string;
}
interface NumberOptions extends FieldOptions {
  readonly default?: number;
  readonly min?: number;
  readonly max?: number;
}
interface BooleanOptions extends FieldOptions {
  readonly default?: boolean;
}
interface ChoiceOptions<Value extends string> extends FieldOptions {
  readonly default?: Value;
}
interface SecretableOptions extends FieldOptions {
  readonly secret?: boolean;
}

/** A field's key, whether the config always has it, and the type of its value. */
export type Field<Key extends string, Present extends boolean, Value> = ConfigField & {
  readonly key: Key;
  /** Type-level only: never set at run time. */
  readonly __present?: Present;
  readonly __value?: Value;
};

/** Required (the default), or with a default: the value is there in a checked config. */
type IsPresent<Options> = Options extends { readonly default: string | number | boolean }
  ? true
  : Options extends { readonly required: false } | { readonly shownWhen: ShownWhen }
    ? false
    : true;

function make<Key extends string, Present extends boolean, Value>(
  type: FieldType,
  key: Key,
  label: string,
  options: FieldOptions & Partial<ConfigField> = {},
): Field<Key, Present, Value> {
  return {
    ...options,
    key,
    label,
    type,
    required: options.required ?? (options.default === undefined && options.shownWhen === undefined),
    secret: options.secret ?? false,
    endpoint: options.endpoint ?? false,
  };
}

/** Builders of fields. A field is required unless it says otherwise or has a default or a condition. */
export const field = {
  text: <const Key extends string, const Options extends TextOptions = FieldOptions>(
    key: Key,
    label: string,
    options?: Options,
  ) => make<Key, IsPresent<Options>, string>('text', key, label, options),
  /** One-line secret. */
  secret: <const Key extends string, const Options extends FieldOptions = FieldOptions>(
    key: Key,
    label: string,
    options?: Options,
  ) => make<Key, IsPresent<Options>, string>('secret', key, label, { ...options, secret: true }),
  number: <const Key extends string, const Options extends NumberOptions = FieldOptions>(
    key: Key,
    label: string,
    options?: Options,
  ) => make<Key, IsPresent<Options>, number>('number', key, label, options),
  boolean: <const Key extends string, const Options extends BooleanOptions = FieldOptions>(
    key: Key,
    label: string,
    options?: Options,
  ) => make<Key, IsPresent<Options>, boolean>('boolean', key, label, options),
  choice: <
    const Key extends string,
    const Value extends string,
    const Options extends ChoiceOptions<Value> = FieldOptions,
  >(
    key: Key,
    label: string,
    choices: readonly Choice<Value>[],
    options?: Options,
  ) => make<Key, IsPresent<Options>, Value>('choice', key, label, { ...options, choices }),
  /** Absolute http(s) URL without user information. */
  url: <const Key extends string, const Options extends TextOptions = FieldOptions>(
    key: Key,
    label: string,
    options?: Options,
  ) => make<Key, IsPresent<Options>, string>('url', key, label, options),
  multiline: <const Key extends string, const Options extends TextOptions & SecretableOptions = FieldOptions>(
    key: Key,
    label: string,
    options?: Options,
  ) => make<Key, IsPresent<Options>, string>('multiline', key, label, options),
  /** JSON text; flattening stops here. */
  json: <const Key extends string, const Options extends SecretableOptions = FieldOptions>(
    key: Key,
    label: string,
    options?: Options,
  ) => make<Key, IsPresent<Options>, string>('json', key, label, options),
  /** Content of an uploaded document as UTF-8 text; always secret. */
  file: <const Key extends string, const Options extends FieldOptions = FieldOptions>(
    key: Key,
    label: string,
    options?: Options,
  ) => make<Key, IsPresent<Options>, string>('file', key, label, { ...options, secret: true }),
  /** Free sub-keys below one prefix, e.g. `headers.*`, all of one secrecy. Never required. */
  map: <const Key extends string>(key: Key, label: string, options: SecretableOptions = {}) =>
    make<Key, false, Record<string, string>>('map', key, label, { ...options, required: false }),
} as const;
