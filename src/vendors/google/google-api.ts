import { ConnectionFailedError, RemoteMissingError, type AccessTokenSource } from '../../core/connectors/index.js';
import type { Egress, EgressRequestOptions, EgressResponse } from '../../core/egress/index.js';

interface Explanation {
  /** Safe text. */
  readonly message: string;
  readonly hint?: string;
}

/** Google refused a request, or failed at it. */
export class GoogleApiError extends ConnectionFailedError {
  readonly hint: string | undefined;

  constructor(
    readonly status: number,
    /** Google's machine-readable reason, e.g. `storageQuotaExceeded`. */
    readonly reason: string | null,
    { message, hint }: Explanation,
    /** Seconds that Google asks to wait. */
    retryAfter?: number,
  ) {
    super(message, retryAfter === undefined ? {} : { retryAfter });
    this.hint = hint;
  }
}

const RATE_LIMITS = new Set(['rateLimitExceeded', 'userRateLimitExceeded', 'dailyLimitExceeded', 'quotaExceeded']);

const REASONS: Readonly<Record<string, Explanation>> = {
  accessNotConfigured: {
    message: 'The API is not enabled for the Google Cloud project',
    hint: 'Enable it in the API library of the project that the credentials belong to',
  },
  insufficientPermissions: {
    message: 'The granted scopes do not suffice',
    hint: 'Connect with Google again and tick every box of the consent page',
  },
  insufficientFilePermissions: { message: 'The account may not do this with the file or folder' },
  storageQuotaExceeded: { message: 'The storage of the account is full', hint: 'Free space, or use a shared drive' },
  teamDriveFileLimitExceeded: { message: 'The shared drive holds as many files as it may' },
};

/** Calls of a Google REST API with fresh access tokens. */
export class GoogleApi {
  constructor(
    private readonly egress: Egress,
    private readonly tokens: AccessTokenSource,
  ) {}

  /**
   * One request; a token that Google refuses is renewed once. The body must not be a stream.
   * @returns any answer of 2xx or 3xx, not read yet.
   * @throws RemoteMissingError for 404, GoogleApiError for every other refusal, what the egress door and the tokens throw.
   */
  async request(
    url: string | URL,
    options: Omit<EgressRequestOptions, 'body'> & { readonly body?: string | Buffer },
  ): Promise<EgressResponse> {
    const first = await this.attempt(url, options);
    if (first.status !== 401) return first;
    first.discard();
    const second = await this.attempt(url, options);
    if (second.status !== 401) return second;
    second.discard();
    throw new GoogleApiError(401, null, {
      message: 'Google does not accept the access token',
      hint: 'Connect with Google again',
    });
  }

  /** A request whose answer is a JSON object. @throws as {@link request}. */
  async json<Answer>(
    url: string | URL,
    options: Omit<EgressRequestOptions, 'body'> & { readonly body?: string | Buffer },
  ): Promise<Answer> {
    return (await (await this.request(url, options)).json()) as Answer;
  }

  private async attempt(url: string | URL, options: EgressRequestOptions): Promise<EgressResponse> {
    const token = await this.tokens.get(options.signal);
    const headers = { ...options.headers, authorization: `Bearer ${token.value}` };
    const response = await this.egress.request(url, { ...options, headers });
    if (response.status === 401) await this.tokens.reject(token);
    else if (response.status >= 400) throw await googleError(response);
    return response;
  }
}

/** The error that an answer of 4xx or 5xx means; reads its body. */
export async function googleError(response: EgressResponse): Promise<ConnectionFailedError> {
  const reason = await reasonOf(response);
  if (response.status === 404) return new RemoteMissingError();
  const seconds = Number(response.headers['retry-after']);
  const retryAfter = Number.isFinite(seconds) && seconds > 0 ? seconds : undefined;
  return new GoogleApiError(response.status, reason, explained(response.status, reason), retryAfter);
}

function explained(status: number, reason: string | null): Explanation {
  if (status === 429 || (reason !== null && RATE_LIMITS.has(reason))) {
    return { message: 'Google takes no more requests for a while', hint: 'Wait, or raise the quota of the project' };
  }
  const known = reason === null ? undefined : REASONS[reason];
  if (known) return known;
  if (status === 403) return { message: 'Google does not allow this', hint: 'Check what the account may do' };
  return { message: `Google answered with status ${status}` };
}

async function reasonOf(response: EgressResponse): Promise<string | null> {
  try {
    const { error } = (await response.json()) as { error?: { errors?: { reason?: unknown }[]; status?: unknown } };
    const reason = error?.errors?.[0]?.reason ?? error?.status;
    return typeof reason === 'string' && /^[A-Za-z_]{1,64}$/.test(reason) ? reason : null;
  } catch {
    return null;
  }
}
