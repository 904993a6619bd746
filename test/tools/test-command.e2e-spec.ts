import { spawnSync } from 'node:child_process';
import { afterEach, describe, expect, it } from '@jest/globals';
import { ScratchProject } from './scratch-project.js';

/** Says how it was called, in the place of Jest. */
const runner = `
console.log(JSON.stringify({ args: process.argv.slice(2), nodeOptions: process.env.NODE_OPTIONS }));
process.exit(3);
`;

describe('npm test', () => {
  const project = new ScratchProject();
  afterEach(async () => project.dispose());

  it('installs, hands its arguments on, keeps the options of Node, and answers with the code of Jest', () => {
    project.write('runner/package.json', JSON.stringify({ name: 'jest', version: '1.0.0' }));
    project.write('runner/bin/jest.js', runner);
    const manifest = JSON.parse(project.read('package.json')) as object;
    project.write('package.json', JSON.stringify({ ...manifest, dependencies: { jest: 'file:./runner' } }));
    project.lock();

    const { status, stdout, stderr } = spawnSync(process.execPath, ['tools/test.mjs', 'src/some', '-t', 'a name'], {
      cwd: project.folder,
      encoding: 'utf8',
      env: {
        ...process.env,
        NODE_OPTIONS: '--max-old-space-size=900',
        NODE_ENV: 'production',
        npm_config_offline: 'true',
      },
    });

    expect(stderr).toContain('Installing the dependencies');
    const said = JSON.parse(stdout) as { args: string[]; nodeOptions: string };
    expect(said.args).toEqual(['src/some', '-t', 'a name']);
    expect(said.nodeOptions).toMatch(/--max-old-space-size=900 .*--experimental-vm-modules/);
    expect(status).toBe(3);
  });
});
