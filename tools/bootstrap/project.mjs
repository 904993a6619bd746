import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Absolute path of the project's folder. */
export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

const LEAST_NODE = [20, 19];

/** A step failed; the message is the one line that the user reads. */
export class StepError extends Error {}

/** One line about what is going on. Not on stdout: that belongs to the program which is started. */
export function say(line) {
  process.stderr.write(`${line}\n`);
}

/** Runs the steps; a failed one ends the process with its line and code 1. */
export async function runSteps(steps) {
  try {
    checkNode();
    await steps();
  } catch (error) {
    say(error instanceof StepError ? error.message : (error?.stack ?? String(error)));
    process.exit(1);
  }
}

function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major < LEAST_NODE[0] || (major === LEAST_NODE[0] && minor < LEAST_NODE[1]))
    throw new StepError(`Node ${LEAST_NODE.join('.')} or newer is needed, this is ${process.versions.node}.`);
}
