import { spawnSync } from 'node:child_process';

const UNSHARE = ['unshare', '--pid', '--fork', '--kill-child', '--mount-proc'] as const;

/**
 * What another command runs behind to see pids of its own, as in another container; it ends with the one it runs behind.
 * @returns `null` where the machine or our rights do not allow that.
 */
export function findPidNamespace(): readonly string[] | null {
  const [program, ...options] = UNSHARE;
  return spawnSync(program, [...options, 'true'], { stdio: 'ignore' }).status === 0 ? UNSHARE : null;
}
