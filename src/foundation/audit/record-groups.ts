interface Group<Item> {
  readonly items: Item[];
  isOpen: boolean;
  done: Promise<void>;
}

/** More would keep a transaction, and the lane with it, for longer than a caller waits. */
const MAX_ITEMS = 200;

/**
 * Writes what many callers bring in few goes: whoever comes while a lane is being written is in a later group, so that
 * a lane takes one connection and not one for each caller.
 */
export class RecordGroups<Item> {
  /** The last group of each lane. */
  private readonly last = new Map<string, Group<Item>>();

  /** @param write all of them or none. */
  constructor(
    private readonly write: (items: readonly Item[]) => Promise<void>,
    private readonly maxItems = MAX_ITEMS,
  ) {}

  /** Resolves once the item is written. @throws what `write` threw for the group of the item. */
  add(lane: string, item: Item): Promise<void> {
    const last = this.last.get(lane);
    if (last?.isOpen && last.items.length < this.maxItems) {
      last.items.push(item);
      return last.done;
    }
    const group: Group<Item> = { items: [item], isOpen: true, done: Promise.resolve() };
    this.last.set(lane, group);
    group.done = this.writeAfter(last?.done, lane, group);
    return group.done;
  }

  private async writeAfter(before: Promise<void> | undefined, lane: string, group: Group<Item>): Promise<void> {
    // How the group before ended is told to its own callers.
    await before?.catch(() => undefined);
    group.isOpen = false;
    try {
      await this.write(group.items);
    } finally {
      if (this.last.get(lane) === group) this.last.delete(lane);
    }
  }
}
