/** How long names are gathered after they were passed on. */
export const gatherMs = 500;

/**
 * Passes names on at once, and those that come soon after together: when ten thousand clusters come back, as many events
 * do, and each of them makes the same few queries old.
 */
export class Gatherer {
  private readonly names = new Set<string>();
  private timer: ReturnType<typeof setTimeout> | undefined;
  private readonly pass: (names: ReadonlySet<string>) => void;

  constructor(pass: (names: ReadonlySet<string>) => void) {
    this.pass = pass;
  }

  add(names: Iterable<string>): void {
    for (const name of names) {
      this.names.add(name);
    }
    if (this.timer === undefined) {
      this.flush();
    }
  }

  /** Forgets what was gathered. */
  stop(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.names.clear();
  }

  private readonly flush = (): void => {
    this.timer = undefined;
    if (this.names.size > 0) {
      const names = new Set(this.names);
      this.names.clear();
      this.timer = setTimeout(this.flush, gatherMs);
      this.pass(names);
    }
  };
}
