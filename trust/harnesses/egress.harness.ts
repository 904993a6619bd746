import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { HarnessContext } from '../runner/context.js';
import type { Cut, Harness } from '../runner/harness.js';
import { findNetworkNamespace } from '../support/network-namespace.js';
import type { AttackOrder, AttackReport } from './egress/report.js';

const [LOADER, ATTACK] = ['../../test/support/typescript-loader.mjs', 'egress/attack.ts'].map((path) =>
  fileURLToPath(new URL(path, import.meta.url)),
) as [string, string];
const MIN_FORMS = 300;

/** What was judged is thrown away. */
const WITHOUT_POLICY: Cut = [
  { file: 'src/core/egress/egress-policy.js', find: 'if (!isAllowed)', replace: 'if (false)' },
];
/** One good answer of the name service lets the others pass. */
const FIRST_ANSWER_ONLY: Cut = [
  {
    file: 'src/core/egress/dialer.js',
    find: 'const parsed = addresses.map(addressOf);',
    replace: 'const parsed = addresses.slice(0, 1).map(addressOf); addresses.reverse();',
  },
];
/** The name is looked up again for the connection. */
const RESOLVED_TWICE: Cut = [
  {
    file: 'src/core/egress/dialer.js',
    find: 'const socket = await this.connect(target, addresses, signal);',
    replace: 'const socket = await this.connect(target, await this.resolve(target, signal), signal);',
  },
];

/** Nobody looks where a connection has ended. */
const ANY_PEER: Cut = [
  { file: 'src/core/egress/sockets.js', find: '!isSameAddress(asked, reached)', replace: 'false' },
];

const namespace = findNetworkNamespace();

export const harness: Harness = {
  name: 'egress',
  promise: 'No protocol connects to a blocked address, however it is written, resolved, rebound or redirected to.',
  cuts: {
    egress: WITHOUT_POLICY,
    'egress-every-answer': FIRST_ANSWER_ONLY,
    'egress-resolve-once': RESOLVED_TWICE,
    'egress-peer': ANY_PEER,
  },
  // Without a namespace nothing is connected to, only decisions are judged: these two do not show in them.
  slowCuts: namespace === null ? ['egress-every-answer', 'egress-resolve-once'] : [],
  async run(context) {
    const report = await attack(context, namespace?.prefix ?? [], {
      root: context.build.root.replace(/\/$/, ''),
      seed: context.seed,
      isNamespace: namespace !== null,
      stride: context.size(13, 1),
      rebindings: context.size(45, 600),
    });
    const { failures, ...counts } = report;
    const few = report.forms < MIN_FORMS || report.attempts === 0 ? ['Too little was tried'] : [];
    return {
      counts: { ...counts },
      figure:
        namespace === null
          ? 'decisions only: this machine allows no network namespace'
          : `${failures.length} breaches, in a network namespace where every address answers`,
      failures: [...failures, ...few],
    };
  },
};

async function attack({ note }: HarnessContext, prefix: readonly string[], order: AttackOrder): Promise<AttackReport> {
  const command = [...prefix, process.execPath, '--import', LOADER, ATTACK, JSON.stringify(order)];
  const [program, ...args] = command as [string, ...string[]];
  note(`${order.isNamespace ? 'with' : 'without'} a network namespace`);
  const { stdout } = await promisify(execFile)(program, args, {
    env: { PATH: process.env['PATH'] },
    maxBuffer: 64 * 1024 ** 2,
  });
  return JSON.parse(stdout) as AttackReport;
}
