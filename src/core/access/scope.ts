import { ForbiddenError, RecordNotFoundError } from '../errors/index.js';

export type Role = 'admin' | 'member';
export type TokenScope = 'read' | 'write' | 'send' | 'secrets:read' | 'admin';

/** Who asks, as an audit row names it. */
export interface Actor {
  readonly kind: 'user' | 'system';
  readonly userId: string | null;
  readonly sessionId: string | null;
  readonly tokenId: string | null;
  readonly address: string | null;
  readonly requestId: string | null;
}

export interface ScopeInit {
  readonly actor: Actor;
  /** Present membership of the user; for a token only its own organization. */
  readonly memberships: ReadonlyMap<string, Role>;
  readonly isInstanceAdmin: boolean;
  /** The session's or token's organization: default for creates and unfiltered lists. */
  readonly organizationId: string | null;
  /** `null` for a session: everything that the role may. */
  readonly tokenScopes: ReadonlySet<TokenScope> | null;
  /** A token is bound to one organization, also for an instance admin. */
  readonly boundOrganizationId?: string | null;
  /** Until when the session counts as confirmed by password. */
  readonly confirmedUntil?: Date | null;
}

/**
 * What a caller may reach and do. Every read and write of an organization's records takes one.
 * Immutable; made by the guard for a request, or by {@link Scope.system} in process.
 */
export class Scope {
  readonly actor: Actor;
  readonly memberships: ReadonlyMap<string, Role>;
  readonly isInstanceAdmin: boolean;
  readonly organizationId: string | null;
  readonly tokenScopes: ReadonlySet<TokenScope> | null;
  readonly boundOrganizationId: string | null;
  readonly confirmedUntil: Date | null;

  constructor(init: ScopeInit) {
    this.actor = init.actor;
    this.memberships = new Map(init.memberships);
    this.isInstanceAdmin = init.isInstanceAdmin;
    this.organizationId = init.organizationId;
    this.tokenScopes = init.tokenScopes === null ? null : new Set(init.tokenScopes);
    this.boundOrganizationId = init.boundOrganizationId ?? null;
    this.confirmedUntil = init.confirmedUntil ?? null;
  }

  /** The in-process caller: every organization, every right, also secrets. Never made from a request. */
  static system(requestId: string | null = null): Scope {
    return new Scope({
      actor: { kind: 'system', userId: null, sessionId: null, tokenId: null, address: null, requestId },
      memberships: new Map(),
      isInstanceAdmin: true,
      organizationId: null,
      tokenScopes: null,
    });
  }

  get isSystem(): boolean {
    return this.actor.kind === 'system';
  }

  /** Organizations that the caller reaches; `null` means all (an instance admin without a bound token, or the system). */
  get reachableOrganizationIds(): readonly string[] | null {
    if (this.boundOrganizationId !== null) {
      return this.canReach(this.boundOrganizationId) ? [this.boundOrganizationId] : [];
    }
    return this.isInstanceAdmin ? null : [...this.memberships.keys()];
  }

  canReach(organizationId: string): boolean {
    if (this.boundOrganizationId !== null && this.boundOrganizationId !== organizationId) return false;
    return this.isInstanceAdmin || this.memberships.has(organizationId);
  }

  /** The caller's role in an organization; an instance admin acts as admin everywhere. */
  roleIn(organizationId: string): Role | null {
    if (!this.canReach(organizationId)) return null;
    return this.isInstanceAdmin ? 'admin' : (this.memberships.get(organizationId) ?? null);
  }

  /** @throws RecordNotFoundError when the organization is not the caller's: foreign and unknown look the same. */
  requireReach(organizationId: string): void {
    if (!this.canReach(organizationId)) throw new RecordNotFoundError();
  }

  /**
   * The one way from a record that was found by its id to one that the caller may see.
   * @throws RecordNotFoundError when there is none, or when it is another organization's: both look the same.
   */
  requireRecord<Row extends { readonly organizationId: string }>(record: Row | null | undefined): Row {
    if (!record) throw new RecordNotFoundError();
    this.requireReach(record.organizationId);
    return record;
  }

  /** @throws RecordNotFoundError for a foreign organization, ForbiddenError for a member. */
  requireAdmin(organizationId: string): void {
    this.requireReach(organizationId);
    if (this.roleIn(organizationId) !== 'admin') throw new ForbiddenError();
  }

  /** @throws ForbiddenError when the caller is not an instance admin. */
  requireInstanceAdmin(): void {
    if (!this.isInstanceAdmin) throw new ForbiddenError();
  }

  /** Whether the caller's token carries a scope; a session carries all but `secrets:read`, which it confirms by password. */
  hasTokenScope(scope: TokenScope): boolean {
    return this.tokenScopes === null || this.tokenScopes.has(scope);
  }

  /**
   * Whether secrets of an organization may be revealed: to the system, to a token with `secrets:read`, or to a
   * confirmed session; only where the user himself is an admin member (for an instance admin: any member).
   */
  canReveal(organizationId: string, now: Date = new Date()): boolean {
    if (this.isSystem) return true;
    if (!this.canReach(organizationId)) return false;
    if (this.isInstanceAdmin ? !this.memberships.has(organizationId) : this.memberships.get(organizationId) !== 'admin')
      return false;
    if (this.tokenScopes !== null) return this.tokenScopes.has('secrets:read');
    return this.confirmedUntil !== null && this.confirmedUntil > now;
  }
}
