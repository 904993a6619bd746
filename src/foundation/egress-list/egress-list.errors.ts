import { DomainError, type ErrorDefinition } from '../../core/errors/index.js';

export class EgressEntryExistsError extends DomainError {
  static override readonly definition: ErrorDefinition = {
    code: 'egress_entry_exists',
    kind: 'conflict',
    title: 'The allow-list has this entry already',
  };
}

/** Everything that the entry names stays blocked in any case. */
export class EgressNeverAllowedError extends DomainError {
  static override readonly definition: ErrorDefinition = {
    code: 'egress_never_allowed',
    kind: 'refused',
    title: 'Cloud metadata and the own database of this application are never allowed',
  };
}

/** The entry would open the network as a whole, which only the operator may do. */
export class EgressEntryTooWideError extends DomainError {
  static override readonly definition: ErrorDefinition = {
    code: 'egress_entry_too_wide',
    kind: 'refused',
    title: 'The network is wider than /8: only EDE_EGRESS_ALLOW or EDE_EGRESS_POLICY may open that much',
  };
}

export class EgressListFullError extends DomainError {
  static override readonly definition: ErrorDefinition = {
    code: 'egress_list_full',
    kind: 'conflict',
    title: 'The allow-list holds as many entries as it may',
  };
}
