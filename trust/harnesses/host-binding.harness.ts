import type { ServerProcess } from '../../test/processes/server-process.js';
import type { HarnessContext } from '../runner/context.js';
import type { Cut, Harness } from '../runner/harness.js';
import { createUser, must, PASSWORD } from '../support/people.js';
import { JournalServer } from '../support/journal-server.js';
import { hasFiles, MOVES, use, type Move } from './host-binding/moves.js';
import { createPrey, KINDS, paramsOf, type Caller, type Kind, type Param, type Tell } from './host-binding/prey.js';
import { nameUnsaved } from './host-binding/unsaved.js';

const WITHOUT_BINDING: Cut = [
  {
    file: 'src/foundation/connectors/param-planner.js',
    find: 'assertHostBinding(plan, stored, request.schema);',
    replace: '',
  },
];

/** A file may be named by whoever knows its id. */
const FILES_OF_NOBODY: Cut = [
  {
    file: 'src/foundation/connectors/file-claims.js',
    find: 'if (file?.isConfigReference)',
    replace: 'if (false)',
  },
];

/** A file that no connector has yet is anybody's. */
const UNSAVED_OF_NOBODY: Cut = [
  {
    file: 'src/foundation/connectors/file-claims.js',
    find: "const isForeign = typeof file?.ownerId === 'string' && file.ownerId !== scope.actor.userId;",
    replace: 'const isForeign = false;',
  },
];

export const harness: Harness = {
  name: 'host-binding',
  promise: 'A stored secret is sent only to the host that it was entered for.',
  cuts: {
    'host-binding': WITHOUT_BINDING,
    'file-binding': FILES_OF_NOBODY,
    'file-owner': UNSAVED_OF_NOBODY,
  },
  async run(context) {
    const [home, elsewhere] = [await JournalServer.start(context), await JournalServer.start(context)];
    const fleet = context.fleet(await context.database(), { EDE_EGRESS_ALLOW: `${home.host},${elsewhere.host}` });
    const server = await fleet.start();
    const caller = { ...(await server.signIn()), url: server.url };
    const hunt = new Hunt(context, caller, await rivalOf(server, caller), { home, elsewhere });
    for (const kind of KINDS) await hunt.prove(kind);
    for (let round = 0; round < context.size(1, 10); round += 1)
      for (const kind of KINDS) {
        context.note(`round ${round + 1}, ${kind.name}`);
        for (const move of MOVES.filter(({ isFor }) => isFor?.(kind) ?? true)) await hunt.run(kind, move);
        if (hasFiles(kind)) await hunt.takeUnsaved(kind);
      }
    const { moves, sent, failures } = hunt;
    return {
      counts: { moves, kinds: KINDS.length, requests: elsewhere.received.length },
      figure: `${sent} secrets at another host`,
      failures,
    };
  },
};

class Hunt {
  moves = 0;
  /** Moves after which a secret was at the other host. */
  sent = 0;
  readonly failures: string[] = [];

  constructor(
    private readonly context: HarnessContext,
    private readonly caller: Caller,
    /** Another admin of the same organization. */
    private readonly rival: Caller,
    private readonly servers: { readonly home: JournalServer; readonly elsewhere: JournalServer },
  ) {}

  async run(kind: Kind, { name, run }: Move): Promise<void> {
    const { prey, isTold } = await this.create(kind);
    const before = await paramsOf(prey);
    await run(prey);
    const after = await paramsOf(prey);
    await use(prey);
    this.count(`${kind.name}, ${name}`, isTold);
    for (const key of keptForAnother(kind, before, after))
      this.failures.push(`${kind.name}, ${name}: ${key} is kept for another target`);
  }

  async takeUnsaved(kind: Kind): Promise<void> {
    const { params, isTold } = await kind.params(this.caller, this.servers.elsewhere.origin, this.context.random);
    await nameUnsaved(this.rival, kind, params);
    this.count(`${kind.name}, another admin names what is not saved yet`, isTold);
  }

  /** Secrets do arrive where they were entered for, at both hosts: else their absence would mean nothing. */
  async prove(kind: Kind): Promise<void> {
    const { home, elsewhere } = this.servers;
    for (const [own, other] of [
      [home, elsewhere],
      [elsewhere, home],
    ] as const) {
      const { prey, isTold } = await this.create(kind, { home: own, elsewhere: other });
      await use(prey);
      if (own.received.filter(isTold).length < 2)
        throw new Error(`A secret of ${kind.name} does not arrive where it belongs: this proves nothing`);
    }
  }

  private count(what: string, isTold: Tell): void {
    this.moves += 1;
    const told = this.servers.elsewhere.received.filter(isTold).length;
    if (told === 0) return;
    this.sent += 1;
    this.failures.push(`${what}: ${told} requests took an old secret to another host`);
  }

  private create(kind: Kind, servers = this.servers) {
    return createPrey(this.caller, kind, { ...servers, random: this.context.random });
  }
}

async function rivalOf(server: ServerProcess, { send, url }: Caller): Promise<Caller> {
  const { organization_id } = await must<{ organization_id: string }>(send, 'GET', '/api/auth/session');
  const email = 'rival@example.com';
  await createUser(send, email, [{ organization_id, role: 'admin' }]);
  return { ...(await server.signIn({ email, password: PASSWORD })), url };
}

/** Secrets that nobody entered again, though the target is another one, or none. */
function keptForAnother({ targets, secrets }: Kind, before: readonly Param[], after: readonly Param[]): string[] {
  const valueOf = (params: readonly Param[], wanted: string) => params.find(({ key }) => key === wanted)?.['value'];
  if (targets.every((key) => valueOf(before, key) === valueOf(after, key))) return [];
  const isOld = (secret: Param) =>
    secret['is_set'] === true &&
    before.some(({ key, updated_at }) => key === secret.key && updated_at === secret['updated_at']);
  return after.filter((param) => secrets.includes(param.key) && isOld(param)).map(({ key }) => key);
}
