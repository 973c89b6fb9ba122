/** The newest bucket tables and the ones before them, so that a picture can mark what has moved. Pure. */
import type { Outputs } from "../api/trpc.ts";

export type Tables = Outputs["wlbs"]["tables"];

export interface TableMemory {
  now: Tables | null;
  before: Tables | null;
}

export const noTables: TableMemory = { now: null, before: null };

/** The memory after an answer; the same tables under a new epoch move nothing, so the older ones are kept. */
export function remembered(memory: TableMemory, answer: Tables): TableMemory {
  if (memory.now === null) return { now: answer, before: null };
  if (memory.now.key === answer.key) return memory;
  const isSame = memory.now.tables.join(";") === answer.tables.join(";");
  return { now: answer, before: isSame ? memory.before : memory.now };
}

/** Owners of one rule's table before and now, run-length text; null where there is none. */
export function tableOf(
  memory: TableMemory,
  index: number | null,
): { now: string | null; before: string | null } {
  if (index === null) return { now: null, before: null };
  return { now: memory.now?.tables[index] ?? null, before: memory.before?.tables[index] ?? null };
}
