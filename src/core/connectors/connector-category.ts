/** What a category uses for organizations without an active default connector. */
export interface BuiltInAdapter {
  readonly name: string;
  /** One sentence, for the catalog and the list. */
  readonly description: string;
  /** `false` while the server has no settings for it. */
  readonly isAvailable: boolean;
}

/** A capability that providers implement, e.g. `storage`. Declared by the category's own module. */
export interface ConnectorCategory {
  /** `^[a-z][a-z0-9_]{0,63}$`. */
  readonly key: string;
  readonly displayName: string;
  readonly description: string;
  /** Left out by a category that does nothing without a connector. */
  readonly builtIn?: BuiltInAdapter;
}
