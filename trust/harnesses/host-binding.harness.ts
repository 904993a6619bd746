import type { HarnessContext } from '../runner/context.js';
import type { Cut, Harness } from '../runner/harness.js';
import { JournalServer } from '../support/journal-server.js';
import { MOVES, use, type Move } from './host-binding/moves.js';
import { createPrey, KINDS, paramsOf, type Caller, type Kind, type Param } from './host-binding/prey.js';

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
    find: 'isNamedAnew(param) && used.has(param.fileId)',
    replace: 'false',
  },
];

export const harness: Harness = {
  name: 'host-binding',
  promise: 'A stored secret is sent only to the host that it was entered for.',
  cuts: { 'host-binding': WITHOUT_BINDING, 'file-binding': FILES_OF_NOBODY },
  async run(context) {
    const [home, elsewhere] = [await JournalServer.start(context), await JournalServer.start(context)];
    const fleet = context.fleet(await context.database(), { EDE_EGRESS_ALLOW: `${home.host},${elsewhere.host}` });
    const server = await fleet.start();
    const caller = { ...(await server.signIn()), url: server.url };
    const hunt = new Hunt(context, caller, { home, elsewhere });
    for (const kind of KINDS) await hunt.prove(kind);
    for (let round = 0; round < context.size(1, 10); round += 1)
      for (const kind of KINDS) {
        context.note(`round ${round + 1}, ${kind.name}`);
        for (const move of MOVES.filter(({ isFor }) => isFor?.(kind) ?? true)) await hunt.run(kind, move);
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
    private readonly servers: { readonly home: JournalServer; readonly elsewhere: JournalServer },
  ) {}

  async run(kind: Kind, { name, run }: Move): Promise<void> {
    const { elsewhere } = this.servers;
    const { prey, isTold } = await this.create(kind);
    const before = await paramsOf(prey);
    await run(prey);
    const after = await paramsOf(prey);
    await use(prey);
    this.moves += 1;
    const told = elsewhere.received.filter(isTold).length;
    if (told > 0) {
      this.sent += 1;
      this.failures.push(`${kind.name}, ${name}: ${told} requests took an old secret to another host`);
    }
    for (const key of keptForAnother(kind, before, after))
      this.failures.push(`${kind.name}, ${name}: ${key} is kept for another target`);
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

  private create(kind: Kind, servers = this.servers) {
    return createPrey(this.caller, kind, { ...servers, random: this.context.random });
  }
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
