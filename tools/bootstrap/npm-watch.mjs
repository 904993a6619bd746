import { readFileSync } from 'node:fs';

const POLL_MS = 250;
const SIGNAL = 'SIGTERM';
const CODE = 143;

/**
 * npm ends at once when it is told to stop, and does not always tell us: its end counts as a stop signal. Without npm
 * above us nothing is watched, so a server that was put into the background outlives the shell.
 */
export function stopWithNpm() {
  if (process.env.npm_lifecycle_event === undefined) return;
  const first = ancestors();
  const timer = setInterval(() => {
    if (ancestors() === first) return;
    clearInterval(timer);
    if (!process.emit(SIGNAL, SIGNAL)) process.exit(CODE);
  }, POLL_MS);
  timer.unref();
}

/** A closed terminal counts as a stop signal too, unless we were told to ignore it (`nohup`). */
export function stopWithTerminal() {
  if (isHangupIgnored()) return;
  process.on('SIGHUP', () => {
    if (!process.emit(SIGNAL, SIGNAL)) process.exit(CODE);
  });
}

/** Our parent, and its parent where the first is only the shell that npm runs its scripts with. */
function ancestors() {
  const parent = process.ppid;
  if (process.platform !== 'linux' || read(parent, 'cmdline').split('\0')[1] !== '-c') return String(parent);
  const stat = read(parent, 'stat');
  return `${parent} ${stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]}`;
}

function isHangupIgnored() {
  const mask = /^SigIgn:\s*([0-9a-f]+)$/m.exec(read('self', 'status'))?.[1] ?? '0';
  return (Number.parseInt(mask.slice(-1), 16) & 1) === 1;
}

function read(pid, name) {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'utf8');
  } catch {
    return '';
  }
}
