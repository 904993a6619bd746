/** What the attacking process is told. */
export interface AttackOrder {
  /** Of the build. */
  readonly root: string;
  readonly seed: number;
  /** Whether every address is the machine's own, so that connections may be tried. */
  readonly isNamespace: boolean;
  /** Every n-th form is tried. */
  readonly stride: number;
  /** Rounds with a name whose addresses change. */
  readonly rebindings: number;
}

/** What it found. */
export interface AttackReport {
  attempts: number;
  forms: number;
  protocols: number;
  rebindings: number;
  redirects: number;
  readonly failures: string[];
}
