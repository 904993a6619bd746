import type { JsonAnswer } from '../../../test/processes/server-process.js';
import { entries, paramsOf, pathOf, type Hold, type Kind, type Param, type Prey } from './prey.js';

/** One way to change a target while secrets are kept. */
export interface Move {
  readonly name: string;
  /** Whether there is such a way for this kind; left out: for all. */
  readonly isFor?: (kind: Kind) => boolean;
  run(prey: Prey): Promise<unknown>;
}

const hasTwoTargets = ({ targets }: Kind): boolean => targets.length > 1;
const hasTwoSecrets = ({ secrets }: Kind): boolean => secrets.length > 1;
export const hasFiles = ({ name }: Kind): boolean => name.endsWith('files');
const hasRegion = ({ providerType }: Kind): boolean => providerType === 's3_compatible';

const moved = ({ kind, elsewhere }: Prey): Record<string, string> => ({ [kind.targets[0]]: elsewhere });
const movedSecond = ({ kind, elsewhere }: Prey): Record<string, string> => ({ [kind.targets[1] ?? '']: elsewhere });
const again = (prey: Prey, secret: number): Param => ({
  key: prey.kind.secrets[secret] ?? '',
  value: 'entered-again',
  value_type: 'text',
});
const gone = ({ kind }: Prey): Param => ({ key: kind.targets[0], clear: true });

const patch = (prey: Prey, ...params: Param[]): Promise<JsonAnswer> =>
  prey.caller.send('PATCH', pathOf(prey), { param_ids: params });

/** What was read is sent back, with these instead of their own. */
async function put(prey: Prey, ...params: Param[]): Promise<JsonAnswer> {
  const own = (await paramsOf(prey)).filter(({ key }) => !params.some((param) => param.key === key));
  return prey.caller.send('PUT', pathOf(prey), { param_ids: [...own, ...params.filter(({ clear }) => !clear)] });
}

/** As its own route takes it, and by the name of the command. */
const IMPORT_ROUTES: Readonly<Record<string, (prey: Prey, body: object) => Promise<JsonAnswer>>> = {
  import: (prey, body) => prey.caller.send('POST', `${pathOf(prey)}/import-config`, body),
  'import by the command': (prey, body) => command(prey, 'import_config', body),
};

const IMPORTS: readonly Move[] = Object.entries(IMPORT_ROUTES).flatMap(([route, send]) => [
  { name: `merge ${route}`, run: (prey) => send(prey, { json_data: moved(prey), mode: 'merge' }) },
  {
    name: `merge ${route} of a file`,
    run: (prey) => {
      const file_content = Buffer.from(JSON.stringify(moved(prey))).toString('base64');
      return send(prey, { file_content, file_name: 'a.json', file_mime: 'application/json', mode: 'merge' });
    },
  },
  { name: `replace ${route}`, run: (prey) => send(prey, { json_data: moved(prey), mode: 'replace' }) },
  {
    name: `merge ${route} of a second address`,
    isFor: hasTwoTargets,
    run: (prey) => send(prey, { json_data: movedSecond(prey), mode: 'merge' }),
  },
  {
    name: `replace ${route} without the address, then the address`,
    run: async (prey) => {
      await send(prey, { json_data: { note: 'x' }, mode: 'replace' });
      return send(prey, { json_data: moved(prey), mode: 'merge' });
    },
  },
]);

/** Every way in which a target can be changed while secrets are kept. */
export const MOVES: readonly Move[] = [
  { name: 'PATCH of the address', run: (prey) => patch(prey, ...entries(moved(prey))) },
  { name: 'PUT of what was read', run: (prey) => put(prey, ...entries(moved(prey))) },
  {
    name: 'PUT with one of two secrets',
    isFor: hasTwoSecrets,
    run: (prey) => put(prey, ...entries(moved(prey)), again(prey, 0)),
  },
  {
    name: 'PATCH with the other of two secrets',
    isFor: hasTwoSecrets,
    run: (prey) => patch(prey, ...entries(moved(prey)), again(prey, 1)),
  },
  {
    name: 'PATCH that names the same files again',
    isFor: hasFiles,
    run: async (prey) => patch(prey, ...entries(moved(prey)), ...(await filesOf(prey))),
  },
  {
    name: 'another connector that names the same files',
    isFor: hasFiles,
    run: async (prey) => {
      const { category, providerType: provider_type } = prey.kind;
      const param_ids = [...entries(moved(prey)), ...(await filesOf(prey))];
      const draft = { name: 'Thief', category, provider_type, param_ids };
      const { status, body } = await prey.caller.send<{ id: string }>('POST', '/api/connectors', draft);
      if (status === 201) await use({ ...prey, id: body.id });
    },
  },
  {
    name: 'draft that names the same files',
    isFor: hasFiles,
    run: async (prey) => testDraft(prey, [...entries(moved(prey)), ...(await filesOf(prey))], {}),
  },
  {
    name: 'draft that names the same files, after their params are gone',
    isFor: hasFiles,
    run: async (prey) => {
      const params = [...entries(moved(prey)), ...(await filesOf(prey))];
      await patch(prey, ...(await filesOf(prey)).map(({ key }) => ({ key, clear: true })));
      return testDraft(prey, params, {});
    },
  },
  {
    name: 'PATCH in two steps',
    run: async (prey) => {
      await patch(prey, gone(prey));
      return patch(prey, ...entries(moved(prey)));
    },
  },
  {
    name: 'PATCH of a second address',
    isFor: hasTwoTargets,
    run: (prey) => patch(prey, ...entries(movedSecond(prey))),
  },
  { name: 'PATCH that takes the address away', run: (prey) => patch(prey, gone(prey)) },
  { name: 'PUT without the address', run: (prey) => put(prey, gone(prey)) },
  {
    name: 'PATCH of the region and the address',
    isFor: hasRegion,
    run: (prey) => patch(prey, ...entries({ region: 'elsewhere', ...moved(prey) })),
  },
  { name: 'PATCH of the region', isFor: hasRegion, run: (prey) => patch(prey, ...entries({ region: 'elsewhere' })) },
  ...IMPORTS,
  {
    name: 'test by the command that brings an address',
    run: (prey) => command(prey, 'test_connection', { param_ids: entries(moved(prey)) }),
  },
  { name: 'legacy config', run: (prey) => prey.caller.send('PUT', pathOf(prey), { config: moved(prey) }) },
  { name: 'draft that borrows', run: (prey) => testDraft(prey, entries(moved(prey))) },
  {
    name: 'draft that borrows, with a second address',
    isFor: hasTwoTargets,
    run: (prey) => testDraft(prey, entries(movedSecond(prey))),
  },
  {
    name: 'draft that borrows one secret',
    isFor: hasTwoSecrets,
    run: (prey) => testDraft(prey, [...entries(moved(prey)), again(prey, 1)]),
  },
  { name: 'draft that borrows, without the address', run: (prey) => testDraft(prey, [gone(prey)]) },
];

/** The connector is used, by both routes. */
export async function use(hold: Hold): Promise<void> {
  await hold.caller.send('POST', `${pathOf(hold)}/test`, sendOf(hold.kind));
  await command(hold, 'test_connection', sendOf(hold.kind));
}

function command({ caller, id }: Hold, name: string, payload: object): Promise<JsonAnswer> {
  return caller.send('POST', `/api/commands/ir.connector.${name}`, { record_id: id, ...payload });
}

/** @param lender the connector that lends what the draft leaves out. */
function testDraft(
  { caller, id, kind }: Prey,
  params: readonly Param[],
  lender: object = { connector_id: id },
): Promise<JsonAnswer> {
  return caller.send('POST', '/api/connectors/test', {
    category: kind.category,
    provider_type: kind.providerType,
    param_ids: params,
    ...lender,
    ...sendOf(kind),
  });
}

/** Its params that are files, as a request names them. */
async function filesOf(prey: Prey): Promise<Param[]> {
  const files = (await paramsOf(prey)).filter(({ file_id }) => typeof file_id === 'string');
  return files.map(({ key, file_id }) => ({ key, file_id, value_type: 'file' }));
}

/** Messages are tested by one that is sent. */
export function sendOf({ category }: Kind): object {
  return category === 'messaging' ? { send: {} } : {};
}
