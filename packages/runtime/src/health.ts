/**
 * What is wrong right now, in sentences: parts raise and clear named warnings, a listener hears of every change.
 * A warning says its cause and what the admin can do.
 */
export interface Warning {
  name: string;
  text: string;
  /** Epoch milliseconds when it was first raised. */
  since: number;
}

export interface Health {
  /** Raising again with other words keeps `since`. */
  raise(name: string, text: string): void;
  clear(name: string): void;
  /** Oldest first. */
  warnings(): Warning[];
}

export function createHealth(options: {
  nowMs(): number /** The warning that was raised or reworded; null when one was cleared. */;
  onChange(warning: Warning | null): void;
}): Health {
  const active = new Map<string, Warning>();
  return {
    raise(name, text) {
      const known = active.get(name);
      if (known?.text === text) return;
      const warning = { name, text, since: known?.since ?? options.nowMs() };
      active.set(name, warning);
      options.onChange(warning);
    },
    clear(name) {
      if (active.delete(name)) options.onChange(null);
    },
    warnings: () => [...active.values()].sort((a, b) => a.since - b.since),
  };
}
