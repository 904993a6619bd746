import { spawnSync } from 'node:child_process';
import { root, runSteps, say, StepError } from './bootstrap/project.mjs';

const MAX_BYTES = 64 * 1024 * 1024;

/**
 * `npm run advisories`: asks the registry for known vulnerabilities of what is delivered, and fails on any. A registry
 * that cannot be asked is said, and is no failure: nothing is known then.
 */
await runSteps(() => {
  const args = ['audit', '--package-lock-only', '--omit=dev', '--json'];
  const isWindows = process.platform === 'win32';
  const { stdout } = spawnSync('npm', args, { cwd: root, encoding: 'utf8', maxBuffer: MAX_BYTES, shell: isWindows });
  const report = parse(stdout);
  const total = report?.metadata?.vulnerabilities?.total;
  if (total === undefined) {
    say(`Not checked: the registry did not answer (${report?.message ?? 'no report'}).`);
    return;
  }
  if (total === 0) {
    say('No known vulnerabilities.');
    return;
  }
  const found = Object.values(report.vulnerabilities).map(
    ({ name, severity, range }) => `${severity}: ${name} ${range}`,
  );
  throw new StepError(`Known vulnerabilities:\n${found.join('\n')}`);
});

function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
