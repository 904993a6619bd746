import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const repository = fileURLToPath(new URL('../../', import.meta.url));
const typescript = join(repository, 'node_modules/typescript');

/** Nothing is fetched: the one dependency, needed for building only, is linked. */
const packageJson = {
  name: 'scratch',
  version: '1.0.0',
  private: true,
  type: 'module',
  scripts: { start: 'node tools/start.mjs' },
  devDependencies: { typescript: `file:${typescript}` },
};

const compilerOptions = { target: 'ES2022', module: 'NodeNext', rootDir: '.', outDir: 'dist', types: [], strict: true };
const buildConfig = {
  extends: './tsconfig.json',
  compilerOptions: { incremental: true, tsBuildInfoFile: 'dist/.tsbuildinfo' },
  include: ['src', 'ormconfig.ts'],
};

/** A server in a few lines: says that it is ready, and says so when it is told to stop. */
const main = `
declare const process: { pid: number; exit(): void; on(name: string, work: () => void): void; stdout: { write(text: string): void } };
declare function setInterval(work: () => void, ms: number): void;
process.on('SIGTERM', () => { process.stdout.write('Stopped\\n'); process.exit(); });
process.stdout.write('Ready ' + process.pid + '\\n');
setInterval(() => undefined, 1000);
`;

export interface Run {
  readonly process: ChildProcess;
  /** All output so far. */
  readonly output: () => string;
  readonly ended: Promise<number | null>;
}

/** A small project of its own that is started by this repository's tools. */
export class ScratchProject {
  readonly folder = mkdtempSync(join(tmpdir(), 'ede-project-'));
  private readonly runs: Run[] = [];

  constructor() {
    cpSync(join(repository, 'tools'), join(this.folder, 'tools'), { recursive: true });
    this.write('package.json', JSON.stringify(packageJson));
    this.write('tsconfig.json', JSON.stringify({ compilerOptions }));
    this.write('tsconfig.build.json', JSON.stringify(buildConfig));
    this.write('ormconfig.ts', 'export default 1;');
    this.write('src/main.ts', main);
    this.lock();
  }

  /** Brings the lock file in line with `package.json`. */
  lock(): void {
    const { status, stderr } = spawnSync('npm', ['install', '--package-lock-only', '--offline'], {
      cwd: this.folder,
      encoding: 'utf8',
    });
    if (status !== 0) throw new Error(stderr);
  }

  write(path: string, text: string): void {
    const file = join(this.folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }

  /** Changes members of `package.json`, and brings the lock file in line with it. */
  declare(members: object): void {
    const manifest = JSON.parse(this.read('package.json')) as object;
    this.write('package.json', JSON.stringify({ ...manifest, ...members }));
    this.lock();
  }

  read(path: string): string {
    return readFileSync(join(this.folder, path), 'utf8');
  }

  has(path: string): boolean {
    return existsSync(join(this.folder, path));
  }

  remove(path: string): void {
    rmSync(join(this.folder, path), { recursive: true });
  }

  /** `npm start`, in a process group of its own as a terminal would give it. */
  start(env: Readonly<Record<string, string>> = {}): Run {
    const child = spawn('npm', ['start'], {
      cwd: this.folder,
      detached: true,
      env: { ...process.env, NODE_OPTIONS: '', npm_config_offline: 'true', ...env },
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
    const ended = new Promise<number | null>((resolve) => child.once('close', (code) => resolve(code)));
    const run: Run = { process: child, output: () => output, ended };
    this.runs.push(run);
    return run;
  }

  /** Starts, waits until it serves or has ended, and stops it. @returns what it said. */
  async startAndStop(env?: Readonly<Record<string, string>>): Promise<string> {
    const run = this.start(env);
    await Promise.race([ready(run), run.ended]);
    await stop(run);
    return run.output();
  }

  async dispose(): Promise<void> {
    for (const run of this.runs) await stop(run);
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Process id of the server, once it serves. */
export async function ready(run: Run): Promise<number> {
  for (;;) {
    const pid = /Ready (\d+)/.exec(run.output())?.[1];
    if (pid !== undefined) return Number(pid);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

async function stop(run: Run): Promise<void> {
  try {
    process.kill(-(run.process.pid ?? 0), 'SIGTERM');
  } catch {
    // It has ended.
  }
  await run.ended;
}
