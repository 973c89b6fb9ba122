/**
 * A ruleset as data: what our table holds in each family. `script.ts` turns the difference between two of them into
 * commands. Pure.
 */

/** Name of our table in each of the families. */
export const tableName = "bulkhead";

export type Family = "arp" | "inet" | "netdev";

export interface Chain {
  name: string;
  /** Text in braces of a base chain; null = reached by goto or jump. */
  hook: string | null;
}

/** A named set or map. Its name decides its type, so that an existing one never has to change it. */
export interface NamedSet {
  kind: "set" | "map";
  name: string;
  /** Type and flags, as written in braces. */
  spec: string;
  /** Complete, each once ("5" or "5 : goto to_3"); null = the kernel or the lease fills it, an install leaves it alone. */
  elements: readonly string[] | null;
}

export interface Table {
  family: Family;
  chains: Chain[];
  sets: NamedSet[];
  /** Named counters; they outlive an install so that the sums stay right. */
  counters: string[];
  rules: { chain: string; text: string }[];
}

/** Stands for whatever a chain of an earlier process holds: no rule of ours has this text. */
export const unknownRule = "?";

/** One table in each family, always in the order arp, inet, netdev. */
export type Ruleset = Table[];

/** Collects a table; adding what is there already changes nothing. */
export class TableBuilder {
  readonly #chains = new Map<string, Chain>();
  readonly #sets = new Map<string, NamedSet>();
  readonly #counters = new Set<string>();
  readonly #rules: Table["rules"] = [];
  readonly #family: Family;

  constructor(family: Family) {
    this.#family = family;
  }

  has(chain: string): boolean {
    return this.#chains.has(chain);
  }

  /** Declares a chain and appends rules to it. */
  chain(name: string, texts: readonly string[], hook: string | null = null): void {
    if (!this.#chains.has(name)) this.#chains.set(name, { name, hook });
    for (const text of texts) this.#rules.push({ chain: name, text });
  }

  set(set: NamedSet): void {
    if (!this.#sets.has(set.name)) this.#sets.set(set.name, set);
  }

  /** The statement that counts in it. */
  counter(name: string): string {
    this.#counters.add(name);
    return `counter name ${name}`;
  }

  build(): Table {
    return {
      family: this.#family,
      chains: [...this.#chains.values()],
      sets: [...this.#sets.values()],
      counters: [...this.#counters],
      rules: this.#rules,
    };
  }
}
