/** The embedded database cannot be used. The message is one line for the operator and says what to do. */
export class EmbeddedDatabaseError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'EmbeddedDatabaseError';
  }
}

/** Another process, or this one, holds the data directory. */
export class DataDirectoryInUseError extends EmbeddedDatabaseError {
  constructor(
    home: string,
    ownerPid: number,
    /** In another pid namespace, e.g. another container on the same volume: out of reach from here. */
    readonly isElsewhere = false,
  ) {
    super(
      `Process ${ownerPid}${isElsewhere ? ' of another container' : ''} already runs the embedded database in ${home}: stop it, ` +
        `or set DATABASE_URL to a PostgreSQL server that several processes can share`,
    );
    this.name = 'DataDirectoryInUseError';
  }
}
