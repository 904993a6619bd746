/** Something that happened, delivered to listeners after commit. Holds ids and names, never secrets. */
export interface DomainEvent {
  /** e.g. `ir.connector.activated`. */
  readonly name: string;
}

/** An open database transaction, as the ports see it; `persistence` hands out a richer one. */
export interface Transaction {
  /** Runs SQL inside the transaction; `$1` placeholders. */
  query<Row extends object>(sql: string, parameters?: readonly unknown[]): Promise<Row[]>;
  /** Delivers the event after commit; a rollback drops it. */
  emit(event: DomainEvent): void;
  /**
   * Runs work after the caller's own and right before commit, in the order given; when it throws, all is rolled back.
   * For what takes a lock that others wait for.
   */
  beforeCommit(work: () => Promise<void>): void;
}
