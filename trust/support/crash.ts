import { setTimeout as sleep } from 'node:timers/promises';
import type { HttpSender } from './http.js';

const POLL_MS = 50;

/** Asks until the server is ready. @returns milliseconds; @throws when it takes longer than the limit. */
export async function untilReady(http: HttpSender, limit: number): Promise<number> {
  const start = performance.now();
  for (;;) {
    const answer = await http.send({ method: 'GET', path: '/health/ready', timeout: limit }).catch(() => null);
    const waited = performance.now() - start;
    if (answer?.status === 200) return waited;
    if (waited > limit) throw new Error(`Not ready after ${Math.round(waited)} ms: ${answer?.status ?? 'no answer'}`);
    await sleep(POLL_MS);
  }
}
