import { runSteps, StepError } from './bootstrap/project.mjs';
import { licenceOf, refusedPackages } from './supply-chain/licence-rules.mjs';
import { lockedPackages } from './supply-chain/lock-file.mjs';

/** `npm run licences`: how many packages of the lock file have which licence; fails on one that is not allowed. */
await runSteps(() => {
  const packages = lockedPackages();
  const counts = new Map();
  for (const entry of packages) {
    const key = `${licenceOf(entry) ?? 'unknown'}${entry.isDev ? ' (build and tests)' : ''}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  for (const [licence, count] of [...counts].sort(([, one], [, other]) => other - one)) {
    process.stdout.write(`${String(count).padStart(5)} ${licence}\n`);
  }
  const refused = refusedPackages(packages).map(
    (entry) => `${entry.name}@${entry.version} ${licenceOf(entry) ?? 'unknown'}`,
  );
  if (refused.length > 0) throw new StepError(`Licences that are not allowed:\n${refused.join('\n')}`);
});
