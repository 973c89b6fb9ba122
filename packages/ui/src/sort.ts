/** The order of rows: sorted by a column, or kept as it was while someone is reading. Pure. */

export interface Sorting {
  id: string;
  direction: "up" | "down";
}

const collator = new Intl.Collator("en", { numeric: true });

/** Compares two cell values; a missing one sorts last in both directions. */
export function compareValues(a: string | number | null, b: string | number | null): number {
  if (a === b) return 0;
  if (a === null) return 1;
  if (b === null) return -1;
  return typeof a === "number" && typeof b === "number" ? a - b : collator.compare(String(a), String(b));
}

export interface OrderOptions<Row> {
  rowKey: (row: Row) => string;
  sorting: Sorting | null;
  value: ((row: Row) => string | number | null) | undefined;
  /** The order shown now, to be held; null to sort afresh. Rows that are new go last. */
  keep: readonly string[] | null;
}

/** Keys of the rows in the order to show them. */
export function sortedKeys<Row>(rows: readonly Row[], options: OrderOptions<Row>): string[] {
  const { keep, rowKey, sorting, value } = options;
  const keys = rows.map(rowKey);
  if (keep) {
    const present = new Set(keys);
    const kept = keep.filter((key) => present.has(key));
    const known = new Set(kept);
    return [...kept, ...keys.filter((key) => !known.has(key))];
  }
  if (!sorting || !value) return keys;
  const sign = sorting.direction === "up" ? 1 : -1;
  const cells = rows.map((row) => ({ key: rowKey(row), value: value(row) }));
  cells.sort((a, b) =>
    a.value === null || b.value === null
      ? compareValues(a.value, b.value)
      : sign * compareValues(a.value, b.value),
  );
  return cells.map((cell) => cell.key);
}
