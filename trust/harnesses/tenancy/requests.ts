import { posix } from 'node:path';
import { json, formWithFile, type HttpRequest, type HttpSender } from '../../support/http.js';
import type { ApiDocument, Operation, Parameter } from '../../support/openapi.js';
import type { Credentials } from '../../support/people.js';
import type { World } from './world.js';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
export const UNKNOWN_ID = '01935a5e-0000-7000-8000-00000000dead';

/** Bodies whose examples in the document are refused for other reasons than the record. */
const BODIES: Readonly<Record<string, object>> = {
  updateConnector: { name: 'Renamed' },
  patchConnector: { name: 'Renamed' },
  importConnectorConfig: { json_data: { bucket: 'imported' }, mode: 'merge' },
  testConnector: {},
  testConnectorDraft: {
    category: 'messaging',
    provider_type: 'webhook',
    connector_id: UNKNOWN_ID,
    param_ids: [{ key: 'method', value: 'PUT' }],
  },
  updateOrganization: { name: 'Renamed' },
  updateUser: { name: 'Renamed' },
  'dispatchCommand ir.connector.import_config': { record_id: UNKNOWN_ID, json_data: { bucket: 'imported' } },
};
/** What may stand in for a parameter that is no id; without an entry its example does. */
const NAMES: Readonly<Record<string, readonly string[]>> = {
  dispatchCommand: ['test_connection', 'activate', 'deactivate', 'import_config', 'get_config'].map(
    (command) => `ir.connector.${command}`,
  ),
};

type Row = Readonly<Record<string, unknown>>;

/** One row of the matrix: an operation with everything but the ids and the caller. */
export interface Attack {
  readonly operation: Operation;
  readonly label: string;
  /** Whether it names a record or organization at all. */
  readonly hasIds: boolean;
  readonly isReading: boolean;
  /** With the ids of the attacked organization, or with ids that nobody has. */
  request(whose: 'attacked' | 'unknown', credentials: Credentials): HttpRequest;
}

/** Makes the rows from the document, so that a new route is in the matrix by itself. */
export class AttackBuilder {
  /** Operations whose records the world does not have. */
  readonly missing: string[] = [];
  private readonly records = new Map<string, string | null>();

  constructor(
    private readonly document: ApiDocument,
    private readonly world: World,
    private readonly http: HttpSender,
  ) {}

  async build(): Promise<Attack[]> {
    const attacks: Attack[] = [];
    for (const operation of this.document.operations) {
      const ids = await this.idsOf(operation);
      if (ids === null)
        this.missing.push(`There is no record for ${operation.method} ${operation.path}: the world needs one`);
      else for (const name of NAMES[operation.operationId] ?? ['']) attacks.push(this.attack(operation, ids, name));
    }
    return attacks;
  }

  /** The ids of the path's parameters in their order; `null` when the attacked organization has no such record. */
  private async idsOf({ operationId, path, parameters }: Operation): Promise<ReadonlyMap<string, string> | null> {
    if (operationId === 'authorizeConnector') return new Map([['id', this.world.consentId]]);
    const ids = new Map<string, string>();
    let filled = '';
    for (const part of path.split('/').slice(1)) {
      const name = /^\{(.*)\}$/.exec(part)?.[1];
      const isId = name !== undefined && isUuid(parameters.find((one) => one.in === 'path' && one.name === name));
      if (!isId) {
        filled += `/${part}`;
        continue;
      }
      const id = await this.recordOf(filled, name);
      if (id === null) return null;
      ids.set(name, id);
      filled += `/${id}`;
    }
    return ids;
  }

  /** The first record that the owner sees in a collection, or that the instance admin sees where the owner may not. */
  private async recordOf(collection: string, name: string): Promise<string | null> {
    if (collection === '/api/organizations') return this.world.organizationId;
    const key = `${collection} ${name}`;
    if (!this.records.has(key)) {
      const id =
        (await this.firstOf(collection, name, this.world.owner)) ??
        (await this.firstOf(collection, name, this.world.instanceAdmin));
      this.records.set(key, id);
    }
    return this.records.get(key) ?? null;
  }

  private async firstOf(collection: string, name: string, headers: Credentials): Promise<string | null> {
    // A list of its own, or one within what stands above it.
    const [parent, last] = [posix.dirname(collection), posix.basename(collection)];
    const [item] =
      (await this.listAt(collection, 'items', headers)) ?? (await this.listAt(parent, last, headers)) ?? [];
    const id = item?.[name] ?? item?.['id'] ?? (item?.['user'] as { id?: unknown } | undefined)?.id;
    return typeof id === 'string' ? id : null;
  }

  private async listAt(path: string, member: string, headers: Credentials): Promise<Row[] | null> {
    const { status, text } = await this.http.send({ method: 'GET', path, headers });
    if (status !== 200) return null;
    return (JSON.parse(text) as Record<string, Row[] | undefined>)[member] ?? null;
  }

  private attack(operation: Operation, ids: ReadonlyMap<string, string>, name: string): Attack {
    const hasQueryId = operation.parameters.some(
      ({ in: place, name: own }) => place === 'query' && own === 'organization_id',
    );
    const example = this.bodyOf(operation, name);
    const hasBodyId = example !== undefined && JSON.stringify(example, collectIds) !== JSON.stringify(example);
    return {
      operation,
      label: `${operation.method} ${operation.path}${name && ` ${name}`}`,
      hasIds: ids.size > 0 || hasQueryId || hasBodyId,
      isReading: operation.method === 'GET' || name.endsWith('get_config'),
      request: (whose, credentials) => {
        const idFor = (key: string) => (whose === 'unknown' ? UNKNOWN_ID : this.attackedId(key, ids));
        const path = operation.path.replace(/\{(\w+)\}/g, (_, key: string) =>
          ids.has(key) ? idFor(key) : encodeURIComponent(name || exampleOf(operation, key)),
        );
        const query = hasQueryId ? `?organization_id=${idFor('organization_id')}` : '';
        const { headers = {}, body = null } = this.encode(operation, example, idFor);
        return { method: operation.method, path: path + query, headers: { ...headers, ...credentials }, body };
      },
    };
  }

  private bodyOf({ operationId, body }: Operation, name: string): unknown {
    if (body === null) return undefined;
    return BODIES[name ? `${operationId} ${name}` : operationId] ?? this.document.exampleOf(body.schema);
  }

  private encode({ body }: Operation, example: unknown, idFor: (key: string) => string): Partial<HttpRequest> {
    if (body === null) return {};
    if (body.type.startsWith('multipart/'))
      return formWithFile({ name: 'attack.txt', type: 'text/plain', content: 'attack' });
    return json(withIds(example, '', idFor));
  }

  private attackedId(key: string, ids: ReadonlyMap<string, string>): string {
    const { records, world } = this;
    if (key === 'organization_id') return world.organizationId;
    if (key === 'attachments') return records.get('/api/storage/documents id') ?? world.fileId;
    return ids.get(key) ?? records.get('/api/connectors id') ?? world.organizationId;
  }
}

/** The example with an id for each that it holds, by the member that holds it. */
function withIds(value: unknown, key: string, idFor: (key: string) => string): unknown {
  if (isId(value)) return idFor(key);
  if (Array.isArray(value)) return value.map((item) => withIds(item, key, idFor));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, withIds(item, name, idFor)]));
}

/** Replacer that changes a body exactly when it holds an id. */
function collectIds(_key: string, value: unknown): unknown {
  return isId(value) ? 'an id' : value;
}

function isId(value: unknown): boolean {
  return typeof value === 'string' && UUID.test(value);
}

function isUuid(parameter: Parameter | undefined): boolean {
  return parameter?.schema?.format === 'uuid';
}

function exampleOf({ parameters }: Operation, key: string): string {
  const parameter = parameters.find(({ in: place, name }) => place === 'path' && name === key);
  const example = parameter?.schema?.example ?? parameter?.example;
  return typeof example === 'string' ? example : 'x';
}
