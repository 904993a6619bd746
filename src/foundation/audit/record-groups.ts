interface Group<Item> {
  readonly items: Item[];
  readonly done: Promise<void>;
}

/**
 * Writes what many callers bring in few goes: whoever comes while a lane is being written is in its next group, so that
 * a lane takes one connection and not one for each caller.
 */
export class RecordGroups<Item> {
  private readonly waiting = new Map<string, Group<Item>>();
  private readonly running = new Map<string, Promise<void>>();

  /** @param write all of them or none. */
  constructor(private readonly write: (items: readonly Item[]) => Promise<void>) {}

  /** Resolves once the item is written. @throws what `write` threw for the group of the item. */
  add(lane: string, item: Item): Promise<void> {
    const next = this.waiting.get(lane);
    if (next) {
      next.items.push(item);
      return next.done;
    }
    const items = [item];
    const done = this.writeNext(lane, items);
    this.waiting.set(lane, { items, done });
    return done;
  }

  private async writeNext(lane: string, items: readonly Item[]): Promise<void> {
    // How the group before ended is told to its own callers.
    await this.running.get(lane)?.catch(() => undefined);
    this.waiting.delete(lane);
    const mine = this.write(items);
    this.running.set(lane, mine);
    try {
      await mine;
    } finally {
      if (this.running.get(lane) === mine) this.running.delete(lane);
    }
  }
}
