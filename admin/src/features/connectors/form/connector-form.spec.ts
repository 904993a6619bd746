import { describe, expect, it } from '@jest/globals';
import type { ConfigField, Connector, ConnectorParam } from '../../../api/connectors';
import { conflictRows, isSameContent, rebase } from './form-conflict';
import {
  addRow,
  clearStored,
  keepStored,
  moveRow,
  removeRow,
  setFile,
  setKey,
  setName,
  setSecret,
  setValue,
  type Edit,
} from './form-edits';
import { draftEntriesOf, entriesOf, isSameForm } from './form-entries';
import { issuesOf, sortRefusal } from './form-issues';
import { initialValues, isShown, type FormValues } from './form-values';
import { mustRetype } from './target-change';

const field = (given: Partial<ConfigField> & Pick<ConfigField, 'key' | 'type'>): ConfigField => ({
  label: given.key,
  required: false,
  secret: given.type === 'secret' || given.type === 'file',
  endpoint: false,
  ...given,
});

const SCHEMA = [
  field({ key: 'host', type: 'text', endpoint: true, default: 'files.example.com' }),
  field({
    key: 'security',
    type: 'choice',
    default: 'none',
    choices: [
      { value: 'none', label: 'None' },
      { value: 'tls', label: 'TLS' },
    ],
  }),
  field({ key: 'ca', type: 'multiline', shown_when: { key: 'security', in: ['tls'] } }),
  field({ key: 'port', type: 'number', min: 1, max: 65535 }),
  field({ key: 'secret_key', type: 'secret', label: 'Secret key' }),
  field({ key: 'certificate', type: 'file', secret: true }),
  field({ key: 'headers', type: 'map', secret: true }),
];

let ids = 0;
function param(key: string, given: Partial<ConnectorParam> = {}): ConnectorParam {
  ids += 1;
  const isSecret = given.is_secret === true;
  return {
    id: `01935a5e-0000-7000-8000-${String(ids).padStart(12, '0')}`,
    key,
    value_type: 'text',
    file_id: null,
    sequence: 10,
    is_secret: false,
    is_set: true,
    updated_at: '2026-01-01T00:00:00.000Z',
    ...(!isSecret && { value: 'stored' }),
    ...given,
  };
}

function connector(params: ConnectorParam[], given: Partial<Connector> = {}): Connector {
  return {
    id: 'c',
    name: 'Acme',
    category: 'storage',
    provider_type: 'x',
    organization_id: 'o',
    is_enabled: false,
    is_default: false,
    is_routing: false,
    status: 'draft',
    status_message: null,
    last_tested_at: null,
    param_ids: params,
    has_legacy_config: false,
    provider: { display_name: 'X', available: true, logo_url: null },
    version: 1,
    created_at: '',
    updated_at: '',
    ...given,
  };
}

const STORED = connector([
  param('host', { value: 'old.example.com', sequence: 10 }),
  param('secret_key', { is_secret: true, sequence: 20 }),
  param('note.a', { value: 'one', sequence: 100 }),
  param('note.b', { value: 'two', sequence: 200 }),
]);

const edit = (values: FormValues, ...edits: Edit[]): FormValues => edits.reduce((now, change) => change(now), values);
const start = () => initialValues(SCHEMA, STORED);
const sent = (values: FormValues) => entriesOf(SCHEMA, values).map(({ entry }) => entry);
const sentOf = (values: FormValues, key: string) => sent(values).find((entry) => entry.key === key);

describe('what a save sends', () => {
  it('names every stored key and no value when nothing is changed', () => {
    expect(sent(start())).toEqual([{ key: 'host' }, { key: 'secret_key' }, { key: 'note.a' }, { key: 'note.b' }]);
  });

  it('sends only what is typed of a new connector, declared fields in their order', () => {
    const values = edit(initialValues(SCHEMA, null), setValue('field-port', '443'), setValue('field-host', 'h'));
    expect(sent(values)).toEqual([
      { key: 'host', value: 'h', value_type: 'text', sequence: 10 },
      { key: 'port', value: '443', value_type: 'text', sequence: 40 },
    ]);
  });

  it('keeps a stored secret until another one is typed', () => {
    expect(sentOf(edit(start(), setValue('field-secret_key', '')), 'secret_key')).toEqual({ key: 'secret_key' });
    expect(sentOf(edit(start(), setValue('field-secret_key', 'new')), 'secret_key')).toMatchObject({ value: 'new' });
    expect(
      sentOf(edit(start(), setValue('field-secret_key', 'new'), keepStored('field-secret_key')), 'secret_key'),
    ).toEqual({ key: 'secret_key' });
  });

  it('removes a secret only when it is cleared, and a plain field when it is emptied', () => {
    expect(sentOf(edit(start(), clearStored('field-secret_key')), 'secret_key')).toBeUndefined();
    expect(sentOf(edit(start(), setValue('field-host', '')), 'host')).toBeUndefined();
  });

  it('puts an uploaded file in the place of a value', () => {
    const values = edit(start(), setFile('field-certificate', { id: 'doc', name: 'a.pem' }));
    expect(sentOf(values, 'certificate')).toMatchObject({ value_type: 'file', file_id: 'doc' });
  });

  it('does not send what is typed into a field that is hidden again', () => {
    const typed = edit(start(), setValue('field-security', 'tls'), setValue('field-ca', 'pem'));
    expect(sentOf(typed, 'ca')).toMatchObject({ value: 'pem' });
    expect(sentOf(edit(typed, setValue('field-security', 'none')), 'ca')).toBeUndefined();
  });

  it('tells a test of the draft which stored keys are gone', () => {
    const values = edit(start(), removeRow('stored-note.a'));
    expect(draftEntriesOf(SCHEMA, values, STORED)).toContainEqual({ key: 'note.a', clear: true });
    expect(sentOf(values, 'note.a')).toBeUndefined();
  });
});

describe('order of undeclared params', () => {
  it('renumbers only what no longer rises', () => {
    const moved = edit(start(), moveRow('stored-note.b', -1));
    expect(sent(moved).slice(2)).toEqual([{ key: 'note.b' }, { key: 'note.a', sequence: 210 }]);
    expect(isSameForm(SCHEMA, edit(moved, moveRow('stored-note.b', 1)), start())).toBe(true);
  });

  it('leaves equal numbers alone in the order of their ids and tells them apart when they are swapped', () => {
    const tied = connector([param('a', { sequence: 10 }), param('b', { sequence: 10 })]);
    const values = initialValues([], tied);
    expect(entriesOf([], values).map(({ entry }) => entry)).toEqual([{ key: 'a' }, { key: 'b' }]);
    expect(entriesOf([], edit(values, moveRow('stored-b', -1))).map(({ entry }) => entry)).toEqual([
      { key: 'b' },
      { key: 'a', sequence: 20 },
    ]);
  });

  it('appends a new param behind all others', () => {
    const values = edit(start(), addRow('free', 'extra'), setValue('new-1', 'v'));
    expect(sentOf(values, 'extra')).toEqual({ key: 'extra', value: 'v', value_type: 'text', sequence: 210 });
  });
});

describe('secret flags', () => {
  it('leaves a new key to its name unless the user chooses', () => {
    const values = edit(start(), addRow('free', 'api_token'), setValue('new-1', 'v'));
    expect(sentOf(values, 'api_token')).not.toHaveProperty('is_secret');
    expect(sentOf(edit(values, setSecret('new-1', false)), 'api_token')).toMatchObject({ is_secret: false });
  });

  it('asks for the value of a stored secret that shall be shown', () => {
    const stored = connector([param('x_token', { is_secret: true })]);
    const values = edit(initialValues([], stored), setSecret('stored-x_token', false));
    expect(issuesOf([], values).get('stored-x_token')?.value).toMatch(/cannot be read back/);
    expect(issuesOf([], edit(values, setValue('stored-x_token', 'v'))).size).toBe(0);
  });
});

describe('conditions', () => {
  it('count the default of the field that they look at', () => {
    const ca = SCHEMA[2] as ConfigField;
    expect(isShown(SCHEMA, start(), ca)).toBe(false);
    expect(isShown(SCHEMA, edit(start(), setValue('field-security', 'tls')), ca)).toBe(true);
  });
});

describe('a changed address', () => {
  const changed = () => edit(start(), setValue('field-host', 'new.example.com'));

  it('asks for every kept secret again, and for none when it is as it was', () => {
    expect(mustRetype(SCHEMA, changed()).map(({ key }) => key)).toEqual(['secret_key']);
    expect(mustRetype(SCHEMA, edit(changed(), setValue('field-host', 'old.example.com')))).toEqual([]);
  });

  it('is content with a secret that is typed or cleared', () => {
    expect(mustRetype(SCHEMA, edit(changed(), setValue('field-secret_key', 'x')))).toEqual([]);
    expect(mustRetype(SCHEMA, edit(changed(), clearStored('field-secret_key')))).toEqual([]);
  });

  it('is none when the default is typed out', () => {
    const unset = initialValues(SCHEMA, connector([param('secret_key', { is_secret: true })]));
    expect(mustRetype(SCHEMA, edit(unset, setValue('field-host', 'files.example.com')))).toEqual([]);
    expect(mustRetype(SCHEMA, edit(unset, setValue('field-host', 'else.example.com')))).toHaveLength(1);
  });
});

describe('issues', () => {
  it('says what is wrong with values, and nothing of missing ones', () => {
    expect(issuesOf(SCHEMA, initialValues(SCHEMA, null)).size).toBe(0);
    expect(issuesOf(SCHEMA, edit(start(), setValue('field-port', '0'))).get('field-port')?.value).toBe(
      'port must be at least 1',
    );
  });

  it.each([
    ['', /needed/],
    ['a b', /Letters/],
    ['a.__proto__', /Letters/],
    ['note.a', /twice/],
    ['note', /both a value and/],
    ['host.x', /both a value and/],
  ])('refuses the key %j', (key, message) => {
    const values = edit(start(), addRow('free', key));
    expect(issuesOf(SCHEMA, values).get('new-1')?.key).toMatch(message);
  });

  it('allows one name without dots below a map', () => {
    const values = edit(start(), addRow('map', 'headers.'), setKey('new-1', 'headers.a.b'));
    expect(issuesOf(SCHEMA, values).get('new-1')?.key).toMatch(/without dots/);
    expect(issuesOf(SCHEMA, edit(values, setKey('new-1', 'headers.Authorization'))).size).toBe(0);
  });

  it('sorts a refusal of the server to the rows that were sent', () => {
    const entries = entriesOf(SCHEMA, start());
    const refusal = sortRefusal(
      [
        {
          pointer: '/param_ids/1/value',
          code: 'secret_required',
          message: 'secret_key was entered for another target',
        },
        { pointer: '/param_ids/3/key', code: 'invalid_key', message: 'A key is …' },
        { pointer: '/name', code: 'invalid', message: 'must not hold control characters' },
      ],
      entries,
      SCHEMA,
    );
    expect(refusal.rows.get('field-secret_key')?.value).toMatch(/Type it again/);
    expect(refusal.rows.get('stored-note.b')).toEqual({ key: 'A key is …' });
    expect(refusal.name).toBe('The name must not hold control characters');
    expect(refusal.hasRest).toBe(false);
    expect(sortRefusal([{ pointer: '/param_ids', code: 'x', message: 'm' }], entries, SCHEMA).hasRest).toBe(true);
  });
});

describe('two people', () => {
  const theirs = connector(
    STORED.param_ids
      .filter(({ key }) => key !== 'note.b')
      .map((found) =>
        found.key === 'host' ? { ...found, value: 'theirs', updated_at: '2026-02-01T00:00:00.000Z' } : found,
      )
      .concat(param('port', { value: '8443' })),
    { version: 2 },
  );
  const mine = () =>
    edit(start(), setName('Mine'), setValue('stored-note.a', 'mine'), setValue('field-secret_key', 'typed'));
  const versions = () => ({ schema: SCHEMA, base: STORED, mine: mine(), theirs });

  it('are shown every key that one of them changed, and no secret', () => {
    expect(conflictRows(versions())).toEqual([
      { key: 'name', label: 'Name', mine: { kind: 'changed', text: 'Mine' }, theirs: { kind: 'same', text: 'Acme' } },
      {
        key: 'host',
        label: 'host',
        mine: { kind: 'same', text: 'old.example.com' },
        theirs: { kind: 'changed', text: 'theirs' },
      },
      {
        key: 'secret_key',
        label: 'Secret key',
        mine: { kind: 'changed', text: null },
        theirs: { kind: 'same', text: null },
      },
      {
        key: 'note.a',
        label: 'note.a',
        mine: { kind: 'changed', text: 'mine' },
        theirs: { kind: 'same', text: 'one' },
      },
      { key: 'note.b', label: 'note.b', mine: { kind: 'same', text: 'two' }, theirs: { kind: 'removed', text: '' } },
      { key: 'port', label: 'port', mine: { kind: 'same', text: '' }, theirs: { kind: 'added', text: '8443' } },
    ]);
  });

  it('keep what the other one did where only he changed something', () => {
    const values = rebase(versions());
    expect(values.name).toBe('Mine');
    expect(sent(values)).toEqual([
      { key: 'host' },
      { key: 'port' },
      { key: 'secret_key', value: 'typed', value_type: 'text' },
      { key: 'note.a', value: 'mine', value_type: 'text' },
    ]);
    expect(values.rows.find(({ key }) => key === 'host')?.value).toBe('theirs');
  });

  it('keep a removal and a new param of mine', () => {
    const own = edit(start(), removeRow('stored-note.a'), addRow('free', 'extra'), setValue('new-1', 'v'));
    const values = rebase({ schema: SCHEMA, base: STORED, mine: own, theirs });
    expect(sent(values).map(({ key }) => key)).toEqual(['host', 'port', 'secret_key', 'extra']);
  });

  it('have no conflict about a newer version of the same content', () => {
    expect(isSameContent(STORED, { ...STORED, version: 9, is_default: true })).toBe(true);
    expect(isSameContent(STORED, theirs)).toBe(false);
  });
});
