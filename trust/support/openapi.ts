/** What the harnesses read of an OpenAPI schema. */
export interface Schema {
  readonly $ref?: string;
  readonly type?: string;
  readonly format?: string;
  readonly enum?: readonly unknown[];
  readonly example?: unknown;
  readonly nullable?: boolean;
  readonly readOnly?: boolean;
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly maxItems?: number;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly allOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly additionalProperties?: boolean | Schema;
}

export interface Parameter {
  readonly in: 'path' | 'query' | 'header' | 'cookie';
  readonly name: string;
  readonly required?: boolean;
  readonly example?: unknown;
  readonly schema?: Schema;
}

export interface Operation {
  /** Upper case. */
  readonly method: string;
  /** With its parameters in braces. */
  readonly path: string;
  readonly operationId: string;
  /** Whether anybody may call it. */
  readonly isPublic: boolean;
  /** Whether a token may, with the right scope. */
  readonly takesTokens: boolean;
  /** What the guard asks of the caller; `null` when being signed in is enough. */
  readonly role: RequiredRole | null;
  readonly parameters: readonly Parameter[];
  readonly body: { readonly type: string; readonly schema: Schema } | null;
}

type RequiredRole = 'admin' | 'instance_admin';

interface RawOperation {
  readonly operationId?: string;
  readonly 'x-required-role'?: RequiredRole | null;
  readonly security?: readonly object[];
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content?: Readonly<Record<string, { readonly schema?: Schema }>> };
}

interface RawDocument {
  readonly paths: Readonly<Record<string, Readonly<Record<string, RawOperation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

const BY_TYPE: Readonly<Record<string, unknown>> = { string: 'text', integer: 1, number: 1, boolean: true, object: {} };
const SOME_ID = '01935a5e-7d2c-7c3a-9b1e-2f6f0c9a1b22';

/** The document that a server answers: what it serves is what is attacked. */
export class ApiDocument {
  readonly operations: readonly Operation[];

  private constructor(private readonly raw: RawDocument) {
    this.operations = Object.entries(raw.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => readOperation(method, path, operation)),
    );
    if (this.operations.length === 0) throw new Error('The OpenAPI document has no operation');
  }

  static async of(serverUrl: string): Promise<ApiDocument> {
    const answer = await fetch(`${serverUrl}/api/openapi.json`);
    if (!answer.ok) throw new Error(`The OpenAPI document answered ${answer.status}`);
    return new ApiDocument((await answer.json()) as RawDocument);
  }

  /** A schema without references and `allOf` at its top. */
  resolve(schema: Schema): Schema {
    if (schema.$ref !== undefined) {
      const name = schema.$ref.split('/').pop() ?? '';
      return this.resolve(this.raw.components.schemas[name] ?? {});
    }
    const [only, ...others] = schema.allOf ?? [];
    return only !== undefined && others.length === 0 ? this.resolve(only) : schema;
  }

  /** The writable properties with their examples, as the document shows them to a client. */
  exampleOf(schema: Schema): unknown {
    const { example, properties, items, ...rest } = this.resolve(schema);
    if (properties !== undefined && isObject(example)) return example;
    if (properties !== undefined) {
      const writable = Object.entries(properties).filter(([, property]) => !this.resolve(property).readOnly);
      return Object.fromEntries(writable.map(([name, property]) => [name, this.exampleOf(property)]));
    }
    if (example !== undefined) return example;
    if (items !== undefined) return [this.exampleOf(items)];
    return rest.format === 'uuid' ? SOME_ID : plainExample(rest);
  }
}

function plainExample({ enum: choices, type = '' }: Schema): unknown {
  return choices?.[0] ?? BY_TYPE[type] ?? null;
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function readOperation(method: string, path: string, raw: RawOperation): Operation {
  const [type, content] = Object.entries(raw.requestBody?.content ?? {})[0] ?? [];
  return {
    method: method.toUpperCase(),
    path,
    operationId: raw.operationId ?? `${method} ${path}`,
    ...accessOf(raw),
    parameters: raw.parameters ?? [],
    body: type === undefined ? null : { type, schema: content?.schema ?? {} },
  };
}

function accessOf({ security = [], 'x-required-role': role = null }: RawOperation) {
  return { isPublic: security.length === 0, takesTokens: security.some((scheme) => 'bearer' in scheme), role };
}
