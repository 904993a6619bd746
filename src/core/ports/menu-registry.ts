import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import type { RequiredRole, Scope } from '../access/index.js';

/** A menu item as a module registers it. */
export interface MenuRecord {
  /** Unique, e.g. `menu_connectors`. */
  readonly id: string;
  readonly name: string;
  /** Id of the item above; `null` for a root. It may be registered later. */
  readonly parent: string | null;
  /** What the admin UI opens, e.g. `ir.connector.list`; `null` for an item that only holds others. */
  readonly action: string | null;
  /** Order among its siblings, rising. */
  readonly sequence: number;
  /** Who may see it: everybody, when it is left out. `admin` means of at least one organization. */
  readonly role?: RequiredRole;
}

/** A menu item with the items below it. */
export interface MenuNode extends Omit<MenuRecord, 'role'> {
  readonly children: readonly MenuNode[];
}

/** The menus of all modules. Filled while modules start. */
@Injectable()
export class MenuRegistry implements OnApplicationBootstrap {
  private readonly records = new Map<string, MenuRecord>();

  /** @throws Error when the id is taken; the boot stops. */
  register(...records: readonly MenuRecord[]): void {
    for (const record of records) {
      if (this.records.has(record.id)) throw new Error(`Menu ${record.id} is registered twice`);
      this.records.set(record.id, record);
    }
  }

  /** @throws Error when an item hangs on nothing, or on itself; the boot stops. */
  onApplicationBootstrap(): void {
    for (const record of this.records.values()) this.assertRooted(record);
  }

  /** What the caller may see, in order. An item that would hold nothing is left out. */
  treeFor(scope: Scope): MenuNode[] {
    return this.childrenOf(null, scope);
  }

  private childrenOf(parent: string | null, scope: Scope): MenuNode[] {
    return [...this.records.values()]
      .filter((record) => record.parent === parent && isVisible(record, scope))
      .sort((a, b) => a.sequence - b.sequence || a.name.localeCompare(b.name, 'en'))
      .map(({ id, name, action, sequence }) => {
        return { id, name, parent, action, sequence, children: this.childrenOf(id, scope) };
      })
      .filter(({ action, children }) => action !== null || children.length > 0);
  }

  private assertRooted(record: MenuRecord): void {
    const seen = new Set<string>();
    for (let at = record; at.parent !== null;) {
      const above = this.records.get(at.parent);
      if (!above) throw new Error(`Menu ${at.id} has the parent ${at.parent}, which nobody registers`);
      if (seen.has(above.id)) throw new Error(`Menu ${record.id} hangs in a circle`);
      seen.add(above.id);
      at = above;
    }
  }
}

function isVisible({ role }: MenuRecord, scope: Scope): boolean {
  if (role === undefined || scope.isInstanceAdmin) return true;
  return role === 'admin' && [...scope.memberships.values()].includes('admin');
}
