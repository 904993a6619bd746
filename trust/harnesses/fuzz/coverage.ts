import type { Operation } from '../../support/openapi.js';
import { ENDS_SESSION, type FuzzRequest } from './requests.js';

const PARTS = 10;
/** Says that the caller or the record was refused, and nothing of what was sent. */
const TURNED_AWAY = new Set([401, 403, 404]);

/** Whether the requests got anywhere, from the first to the last: else no answer of 500 would mean nothing. */
export class Coverage {
  private readonly answered = Array.from({ length: PARTS }, () => ({ all: 0, good: 0 }));
  private readonly reached = new Set<string>();

  constructor(
    private readonly total: number,
    /** Of 2xx among the answers of each tenth of the run. */
    private readonly minShare: number,
  ) {}

  /** @param index of the request in the run, from 0. */
  note(index: number, { method, operation }: FuzzRequest, status: number): void {
    const part = this.answered[Math.floor((index * PARTS) / this.total)];
    if (part === undefined) return; // asked a second time
    part.all += 1;
    if (status >= 200 && status < 300) part.good += 1;
    if (method === operation.method && !TURNED_AWAY.has(status)) this.reached.add(operation.operationId);
  }

  /** The smallest share of 2xx in a tenth of the run that was reached, in percent. */
  get lowest(): number {
    const shares = this.answered.filter(({ all }) => all > 0).map(({ all, good }) => good / all);
    return Math.round(Math.min(...shares) * 1_000) / 10;
  }

  /**
   * What is sent signed out cannot get past the guard, and is not judged.
   * @param isWhole whether every operation was tried often enough to be judged.
   */
  failures(operations: readonly Operation[], isWhole: boolean): string[] {
    const thin = this.answered.flatMap(({ all, good }, part) =>
      good < all * this.minShare || all === 0
        ? [`Only ${good} of ${all} got through in part ${part + 1} of ${PARTS}`]
        : [],
    );
    const missed = operations
      .filter(({ operationId, isPublic }) => isPublic || !ENDS_SESSION.has(operationId))
      .filter(({ operationId }) => !this.reached.has(operationId))
      .map(({ method, path }) => `${method} ${path} was never reached: all were answered 401, 403 or 404`);
    return [...thin, ...(isWhole ? missed : [])];
  }
}
