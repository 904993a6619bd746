import fc from 'fast-check';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ServerProcess } from '../../../test/processes/server-process.js';
import type { HarnessContext } from '../../runner/context.js';
import { json, type HttpRequest, type HttpSender } from '../../support/http.js';
import { inParallel } from '../../support/in-parallel.js';
import type { Operation } from '../../support/openapi.js';
import { Coverage } from './coverage.js';
import type { FuzzRequest, RequestMaker } from './requests.js';

export const AT_ONCE = 24;
const CHUNK = 500;
/** After so many failures nothing more is to be learnt. */
const ENOUGH = 20;
const NO_HANG_MS = 2_000;

/** Sends what the maker makes, and judges every answer. */
export class Fuzz {
  readonly failures: string[] = [];
  private readonly statuses: Record<string, number> = {};
  private readonly times: number[] = [];
  private readonly total: number;
  private readonly coverage: Coverage;

  constructor(
    private readonly context: HarnessContext,
    private readonly http: HttpSender,
    private readonly server: ServerProcess,
  ) {
    this.total = context.size(1_500, 100_000);
    // A tenth of a short run is small; without its sessions a run has 6 %.
    this.coverage = new Coverage(this.total, context.size(0.05, 0.1));
  }

  async run(requests: RequestMaker, operations: readonly Operation[]): Promise<void> {
    const all = requests.all();
    const slow: FuzzRequest[] = [];
    const { context, total } = this;
    for (let done = 0; done < total && !this.isOver; done += CHUNK) {
      // By chunks, each with a seed of its own: a chunk is repeated without those before it.
      const chunk = fc.sample(all, { seed: context.seed + done, numRuns: CHUNK });
      await inParallel(chunk, AT_ONCE, async (request, index) => {
        if ((await this.send(request, done + index)) <= NO_HANG_MS) return;
        if (context.isShort) slow.push(request);
        else this.failures.push(hang(request));
      });
      if (done % 10_000 === 0) context.note(`${done} of ${total}`);
    }
    if (!this.isOver) this.failures.push(...this.coverage.failures(operations, !context.isShort));
    // A short run is beside other tests: what is slow in the crowd must be slow alone too to count as a hang.
    for (const request of slow)
      if (!this.isOver && (await this.send(request, total)) > NO_HANG_MS) this.failures.push(hang(request));
    await this.check();
  }

  counts(): Record<string, number> {
    return { requests: this.times.length, ...this.statuses };
  }

  figure(): string {
    const sorted = this.times.sort((a, b) => a - b);
    const at = (share: number) => Math.round(sorted[Math.floor((sorted.length - 1) * share)] ?? 0);
    const broken = Object.entries(this.statuses).filter(([status]) => status >= '5xx').length;
    return `${broken} kinds of answers from 500 on, ${this.changedPrototypes.length} changed prototypes, ${this.coverage.lowest} % 2xx in the worst tenth, p99 ${at(0.99)} ms, longest ${at(1)} ms`;
  }

  private get changedPrototypes(): string[] {
    return this.server.output.match(/PROTOTYPE CHANGED: .*/g) ?? [];
  }

  private get isOver(): boolean {
    return this.server.hasEnded || this.failures.length >= ENOUGH;
  }

  /** @returns milliseconds. */
  private async send(request: FuzzRequest, index: number): Promise<number> {
    const start = performance.now();
    try {
      const { status } = await this.http.send({ ...request, timeout: 10_000 });
      const kind = `${Math.floor(status / 100)}xx`;
      this.statuses[kind] = (this.statuses[kind] ?? 0) + 1;
      this.coverage.note(index, request, status);
      if (status >= 500) this.failures.push(`${status}: ${describe(request)}`);
    } catch (error) {
      this.failures.push(`No answer (${String(error)}): ${describe(request)}`);
    }
    const time = performance.now() - start;
    this.times.push(time);
    return time;
  }

  private async check(): Promise<void> {
    await sleep(200); // the watch looks every 100 ms
    if (this.server.hasEnded) this.failures.push('The process ended');
    this.failures.unshift(...this.changedPrototypes);
    const alive = await this.http.send({
      method: 'POST',
      path: '/api/auth/login',
      ...json({ email: 'x', password: 'y' }),
    });
    if (alive.status >= 500) this.failures.push(`Afterwards sign-in answers ${alive.status}`);
  }
}

function hang(request: HttpRequest): string {
  return `More than ${NO_HANG_MS} ms: ${describe(request)}`;
}

function describe({ method, path, headers, body }: HttpRequest): string {
  const { cookie: _cookie, authorization: _authorization, ...shown } = headers ?? {};
  return `${method} ${path.slice(0, 300)} ${JSON.stringify(shown)} ${JSON.stringify(body?.toString().slice(0, 300) ?? null)}`;
}
