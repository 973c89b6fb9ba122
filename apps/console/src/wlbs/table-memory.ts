/** The newest bucket table of every rule and the one before it, so that a picture can mark what has moved. Pure. */
import type { Outputs } from "../api/trpc.ts";
import type { WlbsRule } from "../states/wlbs-states.ts";

export type Tables = Outputs["wlbs"]["tables"];

/** Run-length texts; null where there is none. */
export interface RuleTables {
  now: string | null;
  before: string | null;
}

export interface TableMemory {
  /** Of the answer that was read last; null before the first. */
  key: string | null;
  rules: Readonly<Record<string, RuleTables>>;
}

export const noTables: TableMemory = { key: null, rules: {} };

/**
 * The memory after an answer. By the name of the rule, not by the index of its table: when rules part or join their tables, indexes
 * change their meaning. `rules` must be of the picture that carries the same key.
 */
export function remembered(memory: TableMemory, answer: Tables, rules: readonly WlbsRule[]): TableMemory {
  const entries = rules.map(({ name, table }): [string, RuleTables] => {
    const now = table === null ? null : (answer.tables[table] ?? null);
    const known = memory.rules[name];
    if (!known || known.now === now) return [name, known ?? { now, before: null }];
    return [name, { now, before: known.now }];
  });
  return { key: answer.key, rules: Object.fromEntries(entries) };
}

/** Tables of one rule. */
export function tablesOf({ rules }: TableMemory, rule: string): RuleTables {
  return rules[rule] ?? { now: null, before: null };
}
