import type { ConfigSchema, Field } from './config-field.js';

/** `a.b` with value V becomes `{ a: { b: V } }`; a branch is there only when one of its leaves must be. */
type Nested<Key extends string, Present extends boolean, Value> = Key extends `${infer Head}.${infer Tail}`
  ? Present extends true
    ? { readonly [K in Head]: Nested<Tail, Present, Value> }
    : { readonly [K in Head]?: Nested<Tail, Present, Value> }
  : Present extends true
    ? { readonly [K in Key]: Value }
    : { readonly [K in Key]?: Value };

type UnionToIntersection<U> = (U extends unknown ? (value: U) => void : never) extends (value: infer I) => void
  ? I
  : never;

type FieldConfig<F> = F extends Field<infer Key, infer Present, infer Value> ? Nested<Key, Present, Value> : never;

/** Turns an intersection into one readable object type. */
type Simplify<T> = { [K in keyof T]: T[K] };

/** The nested config that a schema promises, as `fromConfig` receives it after validation. */
export type ConfigOf<Schema extends ConfigSchema> = Simplify<UnionToIntersection<FieldConfig<Schema[number]>>>;
