import type { IssuedTokens } from '../../../core/connectors/index.js';
import type { ConsentRequiredError } from '../../../core/oauth/index.js';
import type { TransactionContext } from '../../../persistence/index.js';
import type { TokenKey } from './connector-token.store.js';

/** A grant of a saved connector. */
export interface RecordGrant {
  readonly key: TokenKey;
  /** Only tokens of this config version count; `null` when `load` reads the present credentials anyway. */
  readonly configVersion: number | null;
  /** Reads the credentials as they are now. @throws ConnectionFailedError when the connector is gone. */
  load(): Promise<LoadedGrant>;
}

/** A grant with the credentials of one moment. They may be changed, by an administrator or a new consent, meanwhile. */
export interface LoadedGrant {
  /** Asks the authorization server once, with a time limit of its own. */
  request(): Promise<IssuedTokens>;

  /** Opens the keys that `settle` needs, before its transaction. @throws SealedError */
  prepare(): Promise<void>;

  /**
   * Stores what was issued besides the access token, in the transaction that keeps that one.
   * @returns the config version that the tokens belong to; `null` when the credentials are others by now.
   */
  settle(tx: TransactionContext, issued: IssuedTokens): Promise<number | null>;

  /**
   * The server says that the consent has ended: writes it down on the connector.
   * @returns false when the credentials are others by now: then nothing was written, and asking again is right.
   */
  lose(error: ConsentRequiredError): Promise<boolean>;
}
