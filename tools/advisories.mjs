import { spawnSync } from 'node:child_process';
import { root, runSteps, say, StepError } from './bootstrap/project.mjs';
import { advisoryVerdict } from './supply-chain/advisory-verdict.mjs';

const MAX_BYTES = 64 * 1024 * 1024;

/**
 * `npm run advisories`: asks the registry for known vulnerabilities of what is delivered, the server's packages and
 * those in the admin UI, and fails on any. A registry that cannot be asked is said; with `-- --strict` it fails too.
 */
await runSteps(() => {
  const args = ['audit', '--package-lock-only', '--omit=dev', '--json'];
  const isWindows = process.platform === 'win32';
  const { stdout } = spawnSync('npm', args, { cwd: root, encoding: 'utf8', maxBuffer: MAX_BYTES, shell: isWindows });
  const verdict = advisoryVerdict(stdout);
  if (verdict.state === 'found') throw new StepError(`Known vulnerabilities:\n${verdict.found.join('\n')}`);
  if (verdict.state === 'none') return say('No known vulnerabilities.');
  const silence = `Not checked: the registry did not answer (${verdict.reason}).`;
  if (process.argv.includes('--strict')) throw new StepError(silence);
  say(silence);
});
