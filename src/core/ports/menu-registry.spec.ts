import { beforeEach, describe, expect, it } from '@jest/globals';
import { Scope, type Role } from '../access/index.js';
import { MenuRegistry, type MenuNode, type MenuRecord } from './menu-registry.js';

function scopeOf(role: Role | null, isInstanceAdmin = false): Scope {
  return new Scope({
    actor: { kind: 'user', userId: 'u', sessionId: 's', tokenId: null, address: null, requestId: null },
    memberships: new Map(role ? [['o', role]] : []),
    isInstanceAdmin,
    organizationId: null,
    tokenScopes: null,
  });
}

const item = (id: string, parent: string | null, more: Partial<MenuRecord> = {}): MenuRecord => {
  return { id, name: id, parent, action: null, sequence: 10, ...more };
};

const names = (nodes: readonly MenuNode[]): unknown[] => nodes.map(({ id, children }) => [id, names(children)]);

describe('MenuRegistry', () => {
  let menus: MenuRegistry;
  beforeEach(() => {
    menus = new MenuRegistry();
  });

  it('makes a tree by sequence, then name, whatever the order of registration', () => {
    menus.register(item('late', 'root', { action: 'a', sequence: 20 }), item('b', 'root', { action: 'a' }));
    menus.register(item('root', null), item('a', 'root', { action: 'a' }));
    expect(names(menus.treeFor(scopeOf('member')))).toEqual([
      [
        'root',
        [
          ['a', []],
          ['b', []],
          ['late', []],
        ],
      ],
    ]);
  });

  it.each([
    ['a member', scopeOf('member'), ['all']],
    ['an admin', scopeOf('admin'), ['all', 'admins']],
    ['an instance admin without a membership', scopeOf(null, true), ['all', 'admins', 'instance']],
    ['a user without a membership', scopeOf(null), ['all']],
  ])('shows %s what his role may see', (_, scope, expected) => {
    menus.register(item('all', null, { action: 'a', sequence: 1 }));
    menus.register(item('admins', null, { action: 'a', sequence: 2, role: 'admin' }));
    menus.register(item('instance', null, { action: 'a', sequence: 3, role: 'instance_admin' }));
    expect(menus.treeFor(scope).map(({ id }) => id)).toEqual(expected);
  });

  it('leaves out branches that would hold nothing, and what hangs on a hidden item', () => {
    menus.register(item('root', null), item('inner', 'root'), item('leaf', 'inner', { action: 'a', role: 'admin' }));
    menus.register(item('hidden', null, { action: 'a', role: 'admin' }), item('below', 'hidden', { action: 'a' }));
    expect(menus.treeFor(scopeOf('member'))).toEqual([]);
    expect(names(menus.treeFor(scopeOf('admin')))).toEqual([
      ['hidden', [['below', []]]],
      ['root', [['inner', [['leaf', []]]]]],
    ]);
  });

  it('stops the boot for an id that is taken, a missing parent or a circle', () => {
    menus.register(item('root', null));
    expect(() => menus.register(item('root', null))).toThrow('root is registered twice');
    menus.register(item('lost', 'nowhere'));
    expect(() => menus.onApplicationBootstrap()).toThrow('nowhere, which nobody registers');

    const circle = new MenuRegistry();
    circle.register(item('a', 'b'), item('b', 'a'));
    expect(() => circle.onApplicationBootstrap()).toThrow('in a circle');
  });
});
