import { readFile } from 'node:fs/promises';
import type { VaultSettings } from '../config/index.js';
import { EgressBlockedError, EgressFailedError, type Egress } from '../egress/index.js';
import { KeyProviderError } from './key-provider.js';

const TIMEOUT_MS = 8_000;
const MAX_ANSWER_BYTES = 64 * 1024;
const BAD_CIPHERTEXT = /message authentication failed|invalid ciphertext/i;

/** A request that the service understood and did not carry out. */
export class VaultRefusal extends KeyProviderError {
  constructor(
    readonly status: number,
    /** It judged the ciphertext itself: changed, moved, or of another key. */
    readonly isBadCiphertext: boolean,
  ) {
    super(refusalText(status));
  }
}

/** Calls to one key of a transit engine. */
export class VaultClient {
  constructor(
    private readonly settings: VaultSettings,
    private readonly egress: Pick<Egress, 'request'>,
  ) {}

  /**
   * @param operation e.g. `encrypt`: the path between mount and key.
   * @returns the member `data` of the answer; empty when there is none.
   * @throws KeyProviderError with safe text; VaultRefusal when the service answered with an error.
   */
  async call(operation: string, body: object, suffix = ''): Promise<Readonly<Record<string, unknown>>> {
    const { url, mount, key } = this.settings;
    const { status, text } = await this.send(`${url}/v1/${mount}/${operation}/${key}${suffix}`, JSON.stringify(body));
    if (status < 200 || status > 299) throw new VaultRefusal(status, status === 400 && BAD_CIPHERTEXT.test(text));
    return dataOf(text);
  }

  private async send(url: string, body: string): Promise<{ status: number; text: string }> {
    const headers = {
      'x-vault-token': await this.token(),
      'x-vault-request': 'true',
      'content-type': 'application/json',
    };
    try {
      const answer = await this.egress.request(url, {
        method: 'POST',
        headers,
        body,
        signal: AbortSignal.timeout(TIMEOUT_MS),
        maxResponseBytes: MAX_ANSWER_BYTES,
        isSetByOperator: true,
      });
      return { status: answer.status, text: await answer.text() };
    } catch (error) {
      const isBlocked = error instanceof EgressBlockedError;
      const reason = isBlocked || error instanceof EgressFailedError ? error.message : 'it did not answer in time';
      throw new KeyProviderError(`The key service that holds the master key cannot be reached: ${reason}`, {
        cause: error,
      });
    }
  }

  private async token(): Promise<string> {
    const { token, tokenFile } = this.settings;
    if (token !== null) return token;
    const text = await readFile(tokenFile ?? '', 'utf8').catch(() => '');
    const found = text.trim();
    if (/^[\x21-\x7e]{1,4096}$/.test(found)) return found;
    throw new KeyProviderError(
      'The file EDE_VAULT_TOKEN_FILE, for the service that holds the master key, has no token',
    );
  }
}

function dataOf(text: string): Readonly<Record<string, unknown>> {
  if (text.trim() === '') return {};
  try {
    const { data } = JSON.parse(text) as { data?: unknown };
    return typeof data === 'object' && data !== null ? (data as Record<string, unknown>) : {};
  } catch {
    throw new KeyProviderError('The key service that holds the master key did not answer with JSON');
  }
}

/** The service's own text may repeat what it was sent. */
function refusalText(status: number): string {
  if (status === 403) return 'The key service refused the token: the master key cannot be used';
  if (status === 404) return 'The key service has no such transit key or mount: the master key is not there';
  if (status === 503) return 'The key service is sealed or in maintenance: the master key cannot be used';
  return `The key service that holds the master key answered with status ${status}`;
}
