/** A capability that providers implement, e.g. `storage`. Declared by the category's own module. */
export interface ConnectorCategory {
  /** `^[a-z][a-z0-9_]{0,63}$`. */
  readonly key: string;
  readonly displayName: string;
  readonly description: string;
}
