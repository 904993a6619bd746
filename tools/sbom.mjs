import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root, runSteps, say, StepError } from './bootstrap/project.mjs';

const MAX_BYTES = 64 * 1024 * 1024;

/**
 * `npm run sbom [-- <file>]`: writes all packages of the lock file, as CycloneDX JSON, to `sbom.cdx.json`. Those that only
 * build and test are marked; the libraries that the build puts into the admin UI are among them.
 */
await runSteps(() => {
  const args = ['sbom', '--sbom-format=cyclonedx', '--sbom-type=application', '--package-lock-only'];
  const isWindows = process.platform === 'win32';
  const { status, stdout, stderr } = spawnSync('npm', args, {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: MAX_BYTES,
    shell: isWindows,
  });
  if (status !== 0) throw new StepError(`npm sbom failed: ${stderr}`);
  const bom = JSON.parse(stdout);
  const { name } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  bom.metadata.component.name = name; // npm takes the name of the folder
  const file = process.argv[2] ?? join(root, 'sbom.cdx.json');
  writeFileSync(file, `${JSON.stringify(bom, null, 2)}\n`);
  say(`${bom.components.length} components in ${file}`);
});
