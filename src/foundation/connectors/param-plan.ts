import { InvalidInputError } from '../../core/errors/index.js';
import { assertKeys, fieldFor, type ConfigSchema } from '../../core/connectors/index.js';
import type { ParamValueType } from './connector-param.entity.js';
import { InvalidParamError } from './connectors.errors.js';
import { isSecretParam } from './secret-rules.js';

/** One entry of `param_ids` as a caller sends it. `undefined` means not given. */
export interface ParamEntry {
  readonly key: string;
  readonly value?: string | null;
  readonly valueType?: ParamValueType;
  readonly fileId?: string | null;
  readonly sequence?: number;
  readonly isSecret?: boolean;
  readonly clear?: boolean;
  /** Where it stands in the request, when that is not its place in `param_ids`. */
  readonly pointer?: string;
}

/** What is stored for a key, value in clear. */
export interface StoredParam {
  readonly id: string | null;
  readonly key: string;
  readonly value: string | null;
  readonly fileId: string | null;
  readonly valueType: ParamValueType;
  readonly sequence: number;
  /** As stored, see {@link isSecretParam} for what counts. */
  readonly isSecret: boolean;
}

/** One param as it shall be after the request. */
export interface PlannedParam extends StoredParam {
  /** Place of the entry in the request; `null` for a key that the request does not name. */
  readonly entryIndex: number | null;
  /** As in the entry; of a key that the request does not name, what holds the entries. */
  readonly pointer: string | undefined;
  /** The request brings the value or file itself. */
  readonly isSent: boolean;
  /** The stored value or file stays as it is. */
  readonly isKept: boolean;
  /** Anything of the row differs from what is stored. */
  readonly isChanged: boolean;
}

export interface ParamPlan {
  /** Everything that shall be stored, in sequence order. */
  readonly params: readonly PlannedParam[];
  readonly removed: readonly StoredParam[];
}

/** The most params that one connector may have. */
export const MAX_PARAMS = 500;
/** The longest value, as UTF-8. */
export const MAX_VALUE_BYTES = 64 * 1024;
const DEFAULT_SEQUENCE = 10;

export interface PlanContext {
  /** `null` when the provider is not available. */
  readonly schema: ConfigSchema | null;
  /** `replace`: the entries are the whole list; `merge`: keys that are not named stay. */
  readonly mode: 'replace' | 'merge';
  /** Pointer to what holds the entries in the request; `/param_ids` when not given. */
  readonly root?: string;
}

/**
 * Works out what a list of entries makes of the stored params. Pure: decides everything, writes nothing.
 * @param stored in any order.
 * @throws ParamKeyError, InvalidInputError (400) or InvalidParamError (422) for the first offending entry.
 */
export function planParams(
  entries: readonly ParamEntry[],
  stored: readonly StoredParam[],
  context: PlanContext,
): ParamPlan {
  const { mode, root = '/param_ids' } = context;
  const keys = entries.map(({ key }) => key);
  assertKeys(keys, (index) => pointerTo(entries[index] ?? {}, index, 'key'));
  const named = new Set(keys);
  const storedByKey = new Map(stored.map((param) => [param.key, param]));
  const planned: PlannedParam[] = [];
  entries.forEach((entry, index) => {
    if (entry.clear !== true) planned.push(planEntry(entry, index, storedByKey.get(entry.key), context));
  });
  const cleared = new Set(entries.filter((entry) => entry.clear === true).map(({ key }) => key));
  const unnamed = stored.filter((param) => !named.has(param.key));
  if (mode === 'merge') planned.push(...unnamed.map((param) => keepUnnamed(param, root)));
  planned.sort(bySequence);
  assertWhole(planned, root);
  return {
    params: planned,
    removed: [...stored.filter((param) => cleared.has(param.key)), ...(mode === 'replace' ? unnamed : [])],
  };
}

function keepUnnamed(param: StoredParam, pointer: string): PlannedParam {
  return { ...param, entryIndex: null, pointer, isSent: false, isKept: true, isChanged: false };
}

function planEntry(
  entry: ParamEntry,
  index: number,
  stored: StoredParam | undefined,
  context: PlanContext,
): PlannedParam {
  const next = nextParam(entry, index, stored, context);
  const kept = keptBy(stored, next.valueType);
  return {
    ...next,
    entryIndex: index,
    pointer: entry.pointer,
    isSent: isSent(entry, next.fileId, kept),
    isKept: kept !== undefined && entry.value === undefined && next.fileId === kept.fileId,
    isChanged: stored === undefined || differs(next, stored),
  };
}

function nextParam(
  entry: ParamEntry,
  index: number,
  stored: StoredParam | undefined,
  context: PlanContext,
): StoredParam {
  const valueType = entry.valueType ?? stored?.valueType ?? 'text';
  assertTypeFits(entry, index, valueType);
  const isSecret = planSecrecy(entry, index, stored, { ...context, valueType });
  if (isSecret) assertNotNull(entry, index);
  return {
    id: stored?.id ?? null,
    key: entry.key,
    ...contentOf(entry, keptBy(stored, valueType)),
    valueType,
    sequence: entry.sequence ?? stored?.sequence ?? DEFAULT_SEQUENCE,
    isSecret,
  };
}

/** What was stored as another type is no value of this one. */
function keptBy(stored: StoredParam | undefined, valueType: ParamValueType): StoredParam | undefined {
  return stored?.valueType === valueType ? stored : undefined;
}

/** What is not given is kept. */
function contentOf(entry: ParamEntry, kept: StoredParam | undefined): Pick<StoredParam, 'value' | 'fileId'> {
  return {
    value: entry.value === undefined ? (kept?.value ?? null) : entry.value,
    fileId: entry.fileId === undefined ? (kept?.fileId ?? null) : entry.fileId,
  };
}

/** A client that sends an answer of GET back repeats file ids: only another file is a file sent anew. */
function isSent(entry: ParamEntry, fileId: string | null, kept: StoredParam | undefined): boolean {
  return typeof entry.value === 'string' || (fileId !== null && fileId !== kept?.fileId);
}

function assertNotNull(entry: ParamEntry, index: number): void {
  if (entry.value !== null) return;
  throw new InvalidInputError([
    {
      pointer: pointerTo(entry, index, 'value'),
      code: 'null_secret',
      message: 'null is not a secret; use clear, or leave value out to keep it',
    },
  ]);
}

function differs(a: StoredParam, b: StoredParam): boolean {
  return (
    a.value !== b.value ||
    a.fileId !== b.fileId ||
    a.valueType !== b.valueType ||
    a.sequence !== b.sequence ||
    a.isSecret !== b.isSecret
  );
}

function assertTypeFits(entry: ParamEntry, index: number, valueType: ParamValueType): void {
  if (typeof entry.value === 'string' && Buffer.byteLength(entry.value) > MAX_VALUE_BYTES) {
    throw new InvalidInputError([
      {
        pointer: pointerTo(entry, index, 'value'),
        code: 'too_large',
        message: `must be at most ${MAX_VALUE_BYTES} bytes`,
      },
    ]);
  }
  if (valueType === 'file' && typeof entry.value === 'string') {
    throw new InvalidParamError([
      { pointer: pointerTo(entry, index, 'value'), message: 'a file param takes a file_id, not a value' },
    ]);
  }
  if (valueType === 'text' && typeof entry.fileId === 'string') {
    throw new InvalidParamError([
      { pointer: pointerTo(entry, index, 'file_id'), message: 'a text param takes a value, not a file_id' },
    ]);
  }
}

/** The flag to store: raised at will, lowered only for an undeclared key together with a new value. */
function planSecrecy(
  entry: ParamEntry,
  index: number,
  stored: StoredParam | undefined,
  { schema, valueType }: PlanContext & { valueType: ParamValueType },
): boolean {
  const present = isSecretParam(schema, { key: entry.key, valueType, storedIsSecret: stored?.isSecret });
  if (entry.isSecret !== false || !present) return present || entry.isSecret === true;
  const isDeclared = schema === null || valueType === 'file' || fieldFor(schema, entry.key) !== undefined;
  if (isDeclared || typeof entry.value !== 'string') {
    throw new InvalidParamError([
      {
        pointer: pointerTo(entry, index, 'is_secret'),
        message: isDeclared ? 'is fixed by the provider' : 'is lowered only together with a new value',
      },
    ]);
  }
  return false;
}

function bySequence(a: PlannedParam, b: PlannedParam): number {
  if (a.sequence !== b.sequence) return a.sequence - b.sequence;
  if (a.id !== null && b.id !== null) return a.id < b.id ? -1 : 1;
  // New rows get rising ids in the order of the request, after every stored one.
  if (a.id !== null || b.id !== null) return a.id !== null ? -1 : 1;
  return (a.entryIndex ?? 0) - (b.entryIndex ?? 0);
}

function assertWhole(planned: readonly PlannedParam[], root: string): void {
  assertKeys(
    planned.map(({ key }) => key),
    (index) => pointerTo(planned[index] ?? {}, planned[index]?.entryIndex ?? null, 'key'),
  );
  if (planned.length > MAX_PARAMS) {
    throw new InvalidInputError([
      { pointer: root, code: 'too_many_params', message: `a connector has at most ${MAX_PARAMS} params` },
    ]);
  }
}

type Place = Partial<Pick<PlannedParam, 'pointer'>>;
type Member = 'key' | 'value' | 'file_id' | 'is_secret';

/** Where an entry, or what is planned of it, stands in the request. */
export function pointerTo({ pointer }: Place, index: number | null, member: Member): string {
  return pointer ?? `/param_ids/${index}/${member}`;
}
