import { spawnSync } from 'node:child_process';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ScratchProject, ready } from './scratch-project.js';

const INSTALLS = 'Installing the dependencies';
const BUILDS = 'Building';

describe('npm start', () => {
  let project: ScratchProject;

  beforeEach(() => {
    project = new ScratchProject();
  });

  afterEach(async () => project.dispose());

  it('installs, builds and serves on a fresh clone, and the second time only serves', async () => {
    const first = await project.startAndStop();
    const second = await project.startAndStop();

    expect(first).toMatch(new RegExp(`${INSTALLS}[^]*${BUILDS}[^]*Ready`));
    expect(second).toContain('Ready');
    expect(second).not.toContain(INSTALLS);
    expect(second).not.toContain(BUILDS);
  });

  it('has its build tools with NODE_ENV=production too', async () => {
    expect(await project.startAndStop({ NODE_ENV: 'production' })).toContain('Ready');
  });

  it('installs again when the lock file has changed', async () => {
    await project.startAndStop();
    project.write('linked/package.json', JSON.stringify({ name: 'linked', version: '1.0.0' }));
    project.declare({ dependencies: { linked: 'file:./linked' } });

    expect(await project.startAndStop()).toContain(INSTALLS);
    expect(project.has('node_modules/linked/package.json')).toBe(true);
  });

  it('takes what somebody installed by hand for installed', async () => {
    await project.startAndStop();
    project.remove('node_modules/.ede-installed');

    expect(await project.startAndStop()).not.toContain(INSTALLS);
  });

  it('builds again when a source has changed, and only then', async () => {
    await project.startAndStop();
    project.write('src/main.ts', project.read('src/main.ts'));
    expect(await project.startAndStop()).not.toContain(BUILDS);

    project.write('src/main.ts', project.read('src/main.ts').replace(`'Ready '`, `'Ready again, Ready '`));

    expect(await project.startAndStop()).toMatch(/Building[^]*Ready again/);
  });

  it('drops the output of a source that is gone, and carries along what is no source', async () => {
    project.write('src/provider/old.provider.ts', 'export {};');
    project.write('src/provider/logo.svg', '<svg/>');
    await project.startAndStop();
    expect(project.has('dist/src/provider/old.provider.js')).toBe(true);
    expect(project.read('dist/src/provider/logo.svg')).toBe('<svg/>');

    project.remove('src/provider');
    await project.startAndStop();

    expect(project.has('dist/src/provider/old.provider.js')).toBe(false);
    expect(project.has('dist/src/provider/logo.svg')).toBe(false);
  });

  it('builds everything again when the output was deleted', async () => {
    await project.startAndStop();
    project.remove('dist');

    expect(await project.startAndStop()).toMatch(/Building[^]*Ready/);
  });

  it('ends with one line and an exit code when the build fails, and builds when that is mended', async () => {
    const good = project.read('src/main.ts');
    project.write('src/main.ts', `${good}\nconst wrong: number = 'text';`);
    const failed = project.start();

    expect(await failed.ended).toBe(1);
    expect(failed.output()).toContain('src/main.ts');
    expect(failed.output().trim().split('\n').at(-1)).toBe('The build failed: the compiler found the errors above.');

    project.write('src/main.ts', good);
    expect(await project.startAndStop()).toContain('Ready');
  });

  it('ends with one line and an exit code when the dependencies cannot be installed', async () => {
    const manifest = JSON.parse(project.read('package.json')) as object;
    project.write('package.json', JSON.stringify({ ...manifest, dependencies: { unlocked: '1.0.0' } }));
    const failed = project.start();

    expect(await failed.ended).toBe(1);
    expect(failed.output().trim().split('\n').at(-1)).toBe(
      'The dependencies could not be installed: npm ci ended with code 1.',
    );
  });

  it('lets one of several concurrent starts install and build', async () => {
    const runs = [project.start(), project.start(), project.start()];
    await Promise.all(runs.map(ready));

    const said = runs.map((run) => run.output());
    expect(said.filter((text) => text.includes(INSTALLS))).toHaveLength(1);
    expect(said.filter((text) => text.includes(BUILDS))).toHaveLength(1);
  });

  it('does not wait for a start that was killed while it installed', async () => {
    const { pid: ended } = spawnSync(process.execPath, ['--version']);
    project.write('.state/bootstrap.lock', String(ended));

    expect(await project.startAndStop()).toContain('Ready');
  });

  it.each(['SIGTERM', 'SIGKILL'] as const)('stops in good order when npm alone gets %s', async (signal) => {
    const run = project.start();
    await ready(run);

    run.process.kill(signal);
    await run.ended; // the end of its output too, which the server holds open

    expect(run.output()).toContain('Stopped');
  });

  it.each(['SIGTERM', 'SIGHUP'] as const)('stops in good order when the whole group gets %s', async (signal) => {
    const run = project.start();
    await ready(run);

    process.kill(-(run.process.pid ?? 0), signal);
    await run.ended;

    expect(run.output()).toContain('Stopped');
  });
});

describe('npm start with the workspace of the admin UI', () => {
  const BUILDS_UI = 'Building the admin UI';
  const INDEX = 'admin/dist/index.html';
  /** A build in one line: copies its source and says in which mode. */
  const build = `
import { cpSync, writeFileSync } from 'node:fs';
import { version } from 'linked';
const to = (name) => new URL('dist/' + name, import.meta.url);
cpSync(new URL('src/', import.meta.url), to(''), { recursive: true });
writeFileSync(to('mode'), process.env.NODE_ENV + ' ' + version);
`;
  let project: ScratchProject;

  const writePackage = (folder: string, version: string) => {
    project.write(
      `${folder}/package.json`,
      JSON.stringify({ name: 'linked', version, type: 'module', main: 'index.js' }),
    );
    project.write(`${folder}/index.js`, `export const version = '${version}';`);
  };

  beforeEach(() => {
    project = new ScratchProject();
    // Two versions of a package: that of the workspace lies in its own node_modules.
    writePackage('linked', '1.0.0');
    writePackage('linked-too', '2.0.0');
    const admin = { name: '@scratch/admin', version: '1.0.0', private: true, type: 'module' };
    project.write(
      'admin/package.json',
      JSON.stringify({ ...admin, devDependencies: { linked: 'file:../linked-too' } }),
    );
    project.write('admin/build.mjs', build);
    project.write('admin/src/index.html', 'first');
    project.declare({ workspaces: ['admin'], dependencies: { linked: 'file:./linked' } });
  });
  afterEach(async () => project.dispose());

  it('builds it on a fresh clone for production, and the second time only serves', async () => {
    const first = await project.startAndStop({ NODE_ENV: 'development' });
    expect(first).toMatch(new RegExp(`${INSTALLS}[^]*${BUILDS}[^]*${BUILDS_UI}[^]*Ready`));
    expect(project.read(INDEX)).toBe('first');
    expect(project.read('admin/dist/mode')).toBe('production 2.0.0');

    const second = await project.startAndStop();
    expect(second).not.toContain(INSTALLS);
    expect(second).not.toContain(BUILDS);
  });

  it('builds it again when its sources have changed, without building the server, and the other way round', async () => {
    await project.startAndStop();
    project.write('admin/src/index.html', 'second');

    const ui = await project.startAndStop();
    expect(ui.split('\n').filter((line) => line.startsWith(BUILDS))).toEqual([expect.stringContaining(BUILDS_UI)]);
    expect(project.read(INDEX)).toBe('second');

    project.write('src/main.ts', `${project.read('src/main.ts')}// changed`);
    expect(await project.startAndStop()).not.toContain(BUILDS_UI);
  });

  it('builds it again when its output was deleted', async () => {
    await project.startAndStop();
    project.remove('admin/dist');
    expect(await project.startAndStop()).toContain(BUILDS_UI);
    expect(project.has(INDEX)).toBe(true);
  });

  it('ends with one line and an exit code when the build fails, and builds when that is mended', async () => {
    project.write('admin/build.mjs', `${build}\nthrow new Error('the style sheet is broken');`);
    const failed = project.start();

    expect(await failed.ended).toBe(1);
    expect(failed.output()).toContain('the style sheet is broken');
    expect(failed.output()).not.toContain('Ready');
    expect(failed.output().trim().split('\n').at(-1)).toBe('The build of the admin UI failed: see the errors above.');

    project.write('admin/build.mjs', build);
    expect(await project.startAndStop()).toMatch(new RegExp(`${BUILDS_UI}[^]*Ready`));
  });

  it('needs neither the workspace nor its packages where somebody left it out', async () => {
    await project.startAndStop();
    project.remove('node_modules/.ede-installed');
    project.remove('admin');

    const output = await project.startAndStop();
    expect(output).toContain('Ready');
    expect(output).not.toContain(INSTALLS);
    expect(output).not.toContain(BUILDS);
  });

  it('takes what somebody installed by hand for installed, unless a package of the workspace is missing', async () => {
    await project.startAndStop();
    project.remove('node_modules/.ede-installed');
    expect(await project.startAndStop()).not.toContain(INSTALLS);

    project.remove('node_modules/.ede-installed');
    project.remove('admin/node_modules');
    expect(await project.startAndStop()).toContain(INSTALLS);
    expect(project.has('admin/node_modules/linked/package.json')).toBe(true);
  });
});
