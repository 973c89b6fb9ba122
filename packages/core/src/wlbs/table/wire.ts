/** A distribution in pieces that fit datagrams, and back. Uniform tables need no parts. */
import { PART_BUCKETS } from "../convergence/messages.ts";
import { BUCKET_COUNT } from "../types.ts";
import { type Distribution, distinctTables, distribution, ownerTable, uniformOwner } from "./distribution.ts";

/** Parts of one table. */
export const PARTS = BUCKET_COUNT / PART_BUCKETS;

/** See `TableLayout`. */
export interface Layout {
  slots: (number | null)[];
  uniform: (number | null)[];
}

/** One part of one table. */
export interface Part {
  table: number;
  part: number;
  owners: Uint8Array;
}

/** The inverse of `assemble`. */
export function takeApart({ slots }: Distribution): { layout: Layout; parts: Part[] } {
  const tables = distinctTables(slots);
  const layout = {
    slots: slots.map((table) => (table ? tables.indexOf(table) : null)),
    uniform: tables.map(uniformOwner),
  };
  const parts = tables.flatMap((table, number) =>
    layout.uniform[number] !== null ? [] : partsOf(table.owners, number),
  );
  return { layout, parts };
}

function partsOf(owners: Uint8Array, table: number): Part[] {
  return Array.from({ length: PARTS }, (_, part) => ({
    table,
    part,
    owners: owners.slice(part * PART_BUCKETS, (part + 1) * PART_BUCKETS),
  }));
}

/** Index of a part among all parts of a distribution. */
export function partIndex({ table, part }: { table: number; part: number }): number {
  return table * PARTS + part;
}

function ownersOf(layout: Layout, parts: ReadonlyMap<number, Uint8Array>, table: number): Uint8Array | null {
  const owners = new Uint8Array(BUCKET_COUNT);
  const uniform = layout.uniform[table] ?? null;
  if (uniform !== null) return owners.fill(uniform);
  for (let part = 0; part < PARTS; part += 1) {
    const bytes = parts.get(partIndex({ table, part }));
    if (!bytes) return null;
    owners.set(bytes, part * PART_BUCKETS);
  }
  return owners;
}

/** Null when parts are missing, or the layout does not fit the rules. `parts` by `partIndex`. */
export function assemble(
  layout: Layout,
  parts: ReadonlyMap<number, Uint8Array>,
  rules: readonly string[],
): Distribution | null {
  if (layout.slots.length !== rules.length) return null;
  const tables = layout.uniform.map((_, number) => ownersOf(layout, parts, number));
  if (tables.includes(null)) return null;
  const made = tables.map((owners) => owners && ownerTable(owners));
  const slots = layout.slots.map((number) => (number === null ? null : (made[number] ?? null)));
  return distribution(rules, slots);
}
