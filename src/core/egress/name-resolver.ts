/** One answer of a name look-up. */
export interface ResolvedAddress {
  readonly address: string;
  readonly family: 4 | 6;
}

/** Turns names into addresses: the only part of the egress door that asks the name service. */
export abstract class NameResolver {
  /**
   * All addresses of a name, in the order in which they should be tried; empty when there is none.
   * @param hostname a name, never an IP literal.
   * @throws any error when the name service fails; an abort ends the wait.
   */
  abstract resolve(hostname: string, signal: AbortSignal): Promise<readonly ResolvedAddress[]>;
}
