import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { root, say } from './project.mjs';

const folder = join(root, '.state');
const file = join(folder, 'bootstrap.lock');
const POLL_MS = 200;
/** Longer than any install: an older file was left by a process whose id another one has by now. */
const STALE_MS = 30 * 60_000;

/** Runs work that changes `node_modules` or `dist`, never at the same time as another process of this project. */
export async function underLock(work) {
  await take();
  const release = () => rmSync(file, { force: true });
  process.once('exit', release);
  try {
    return await work();
  } finally {
    process.removeListener('exit', release);
    release();
  }
}

async function take() {
  mkdirSync(folder, { recursive: true });
  for (let isFirst = true; !tryTake(); isFirst = false) {
    const owner = ownerOf();
    if (owner === null) rmSync(file, { force: true });
    else {
      if (isFirst) say(`Waiting for process ${owner}, which installs or builds this project …`);
      await sleep(POLL_MS);
    }
  }
}

function tryTake() {
  try {
    writeFileSync(file, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
}

/** The living process that has the lock. */
function ownerOf() {
  try {
    const isOld = Date.now() - statSync(file).mtimeMs > STALE_MS;
    const pid = Number(readFileSync(file, 'utf8'));
    // An empty file is one that its owner is about to fill.
    if (pid === 0) return isOld ? null : 'of an unknown id';
    process.kill(pid, 0);
    return isOld ? null : pid;
  } catch (error) {
    return error.code === 'EPERM' ? 'of another user' : null;
  }
}
