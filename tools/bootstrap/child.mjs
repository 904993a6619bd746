import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { root } from './project.mjs';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/**
 * Runs Node with the arguments in the project's folder. A signal that stops us is handed on, so that nothing goes on
 * behind our back; we end with the child.
 * @returns its exit code; 128 plus the signal's number when a signal ended it.
 */
export function runNode(args, options = {}) {
  return run(process.execPath, args, options);
}

/** npm, the same one that runs us when there is one. */
export function runNpm(args, options = {}) {
  const script = process.env.npm_execpath;
  if (script?.endsWith('.js')) return run(process.execPath, [script, ...args], options);
  return run('npm', args, { ...options, shell: process.platform === 'win32' });
}

async function run(command, args, options) {
  const child = spawn(command, args, { cwd: root, stdio: 'inherit', ...options });
  let stopped = null;
  const handOn = (signal) => {
    stopped = signal;
    child.kill(signal);
  };
  for (const signal of SIGNALS) process.on(signal, handOn);
  const code = await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (status, signal) => resolve(signal === null ? status : codeOf(signal)));
  });
  for (const signal of SIGNALS) process.removeListener(signal, handOn);
  if (stopped !== null) process.exit(code === 0 ? codeOf(stopped) : code);
  return code;
}

function codeOf(signal) {
  return 128 + constants.signals[signal];
}
