import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ForbiddenError, RecordNotFoundError } from '../errors/index.js';
import { Scope, type Role, type ScopeInit, type TokenScope } from './scope.js';

const ORGANIZATIONS = ['acme', 'globex', 'initech'];
const TOKEN_SCOPES: TokenScope[] = ['read', 'write', 'send', 'secrets:read', 'admin'];
const NOW = new Date('2026-01-01T00:00:00Z');
const user = (extra = {}) => ({
  kind: 'user' as const,
  userId: 'u',
  sessionId: null,
  tokenId: null,
  address: null,
  requestId: null,
  ...extra,
});

const organization = fc.constantFrom(...ORGANIZATIONS);
const memberships = fc
  .dictionary(organization, fc.constantFrom<Role>('admin', 'member'))
  .map((roles) => new Map(Object.entries(roles)));
const session: fc.Arbitrary<ScopeInit> = fc.record({
  actor: fc.constant(user()),
  memberships,
  isInstanceAdmin: fc.boolean(),
  organizationId: fc.option(organization),
  tokenScopes: fc.constant(null),
  confirmedUntil: fc.option(
    fc.date({ min: new Date(NOW.getTime() - 1000), max: new Date(NOW.getTime() + 1000), noInvalidDate: true }),
  ),
});
const token = fc.record({ bound: organization, scopes: fc.uniqueArray(fc.constantFrom(...TOKEN_SCOPES)) });

const asToken = (init: ScopeInit, { bound, scopes }: { bound: string; scopes: TokenScope[] }) =>
  new Scope({
    ...init,
    confirmedUntil: null,
    organizationId: bound,
    boundOrganizationId: bound,
    tokenScopes: new Set(scopes),
  });
const isAllowed = (check: () => void) => {
  try {
    check();
    return true;
  } catch (error) {
    expect([ForbiddenError, RecordNotFoundError]).toContain((error as Error).constructor);
    return false;
  }
};

describe('Scope', () => {
  it('gives a record exactly to who reaches its organization, and answers a foreign one like none', () => {
    fc.assert(
      fc.property(session, organization, (init, organizationId) => {
        const scope = new Scope(init);
        const record = { organizationId };
        if (scope.canReach(organizationId)) expect(scope.requireRecord(record)).toBe(record);
        else expect(() => scope.requireRecord(record)).toThrow(RecordNotFoundError);
        expect(() => scope.requireRecord(null)).toThrow(RecordNotFoundError);
      }),
    );
  });

  it('never lets a token exceed its user, nor leave its organization', () => {
    fc.assert(
      fc.property(session, token, (init, given) => {
        const [owner, limited] = [new Scope(init), asToken(init, given)];
        for (const id of ORGANIZATIONS) {
          if (limited.canReach(id)) expect([owner.canReach(id), id]).toEqual([true, given.bound]);
          if (isAllowed(() => limited.requireAdmin(id))) expect(owner.roleIn(id)).toBe('admin');
          if (limited.roleIn(id) !== null) expect(limited.roleIn(id)).toBe(owner.roleIn(id));
          if (limited.canReveal(id, NOW)) {
            expect(given.scopes).toContain('secrets:read');
            expect(init.isInstanceAdmin ? init.memberships.has(id) : init.memberships.get(id) === 'admin').toBe(true);
          }
        }
        if (isAllowed(() => limited.requireInstanceAdmin())) expect(owner.isInstanceAdmin).toBe(true);
        for (const scope of TOKEN_SCOPES) expect(limited.hasTokenScope(scope)).toBe(given.scopes.includes(scope));
      }),
    );
  });

  it('gives one answer in every way of asking', () => {
    fc.assert(
      fc.property(session, fc.option(token), (init, given) => {
        const scope = given === null ? new Scope(init) : asToken(init, given);
        const listed = scope.reachableOrganizationIds;
        for (const id of ORGANIZATIONS) {
          expect(scope.canReach(id)).toBe(listed === null || listed.includes(id));
          expect(scope.canReach(id)).toBe(scope.roleIn(id) !== null);
          expect(scope.canReach(id)).toBe(isAllowed(() => scope.requireReach(id)));
          expect(scope.roleIn(id) === 'admin').toBe(isAllowed(() => scope.requireAdmin(id)));
          if (scope.canReveal(id, NOW)) expect(scope.canReach(id)).toBe(true);
        }
      }),
    );
  });

  it('reveals to a session only while it is confirmed', () => {
    fc.assert(
      fc.property(session, organization, (init, id) => {
        const isConfirmed = init.confirmedUntil != null && init.confirmedUntil > NOW;
        if (new Scope(init).canReveal(id, NOW)) expect(isConfirmed).toBe(true);
      }),
    );
  });

  const confirmed = new Date(NOW.getTime() + 1);
  it.each([
    ['an organization admin', { memberships: { acme: 'admin' } }, true],
    ['a member', { memberships: { acme: 'member' } }, false],
    ['an instance admin who is a member', { memberships: { acme: 'member' }, isInstanceAdmin: true }, true],
    ['an instance admin who is not a member', { memberships: {}, isInstanceAdmin: true }, false],
    ['an admin of another organization', { memberships: { globex: 'admin' } }, false],
  ] as [string, { memberships: Record<string, Role>; isInstanceAdmin?: boolean }, boolean][])(
    'lets %s reveal with a confirmed session: %#',
    (_, { memberships: roles, isInstanceAdmin = false }, expected) => {
      const init = {
        actor: user(),
        memberships: new Map(Object.entries(roles)),
        isInstanceAdmin,
        organizationId: 'acme',
        tokenScopes: null,
      };
      expect(new Scope({ ...init, confirmedUntil: confirmed }).canReveal('acme', NOW)).toBe(expected);
      expect(new Scope({ ...init, confirmedUntil: NOW }).canReveal('acme', NOW)).toBe(false);
      expect(new Scope(init).canReveal('acme', NOW)).toBe(false);
    },
  );

  it('answers a foreign organization as unknown, before it judges the role', () => {
    const scope = new Scope({
      actor: user(),
      memberships: new Map([['acme', 'member']]),
      isInstanceAdmin: false,
      organizationId: 'acme',
      tokenScopes: null,
    });
    expect(() => scope.requireAdmin('globex')).toThrow(RecordNotFoundError);
    expect(() => scope.requireAdmin('acme')).toThrow(ForbiddenError);
    expect(() => scope.requireInstanceAdmin()).toThrow(ForbiddenError);
  });

  it('lets the system do everything, under no name', () => {
    const scope = Scope.system('request-1');
    expect(scope).toMatchObject({ isSystem: true, organizationId: null, reachableOrganizationIds: null });
    expect(scope.actor).toMatchObject({ kind: 'system', userId: null, requestId: 'request-1' });
    expect([scope.roleIn('acme'), scope.canReveal('acme'), scope.hasTokenScope('secrets:read')]).toEqual([
      'admin',
      true,
      true,
    ]);
  });

  it('does not follow later changes of what it was made from', () => {
    const roles = new Map<string, Role>([['acme', 'member']]);
    const scopes = new Set<TokenScope>(['read']);
    const scope = new Scope({
      actor: user(),
      memberships: roles,
      isInstanceAdmin: false,
      organizationId: null,
      tokenScopes: scopes,
    });
    roles.set('acme', 'admin').set('globex', 'admin');
    scopes.add('secrets:read');
    expect([scope.roleIn('acme'), scope.canReach('globex'), scope.hasTokenScope('secrets:read')]).toEqual([
      'member',
      false,
      false,
    ]);
  });
});
