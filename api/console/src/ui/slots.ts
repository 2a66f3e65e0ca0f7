/**
 * Places for the rows in view, so that a row that comes takes over the elements of one that went: making and dropping
 * elements is most of the work of scrolling. A row keeps its place for as long as it is in view, wherever it moves.
 */
export class Slots {
  private taken = new Map<string, number>();

  /** The places of the rows with these keys, all different; those that no row is at any more are free again. */
  assign(keys: readonly string[]): ReadonlyMap<string, number> {
    const next = new Map<string, number>();
    const used = new Set<number>();
    for (const key of keys) {
      const slot = this.taken.get(key);
      if (slot !== undefined) {
        next.set(key, slot);
        used.add(slot);
      }
    }
    let free = 0;
    for (const key of keys) {
      if (!next.has(key)) {
        while (used.has(free)) {
          free++;
        }
        next.set(key, free);
        used.add(free);
      }
    }
    this.taken = next;
    return next;
  }
}
