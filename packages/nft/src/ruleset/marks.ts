/** The buckets of a plane's tables as sets of the kernel. Pure. */
import { BUCKET_COUNT, MARK, type PlaneTable } from "@bulkhead/core/wlbs";
import type { Ground } from "./ground.ts";

/** How a table looks to a rule. */
export interface TableShape {
  index: number;
  /** Which buckets are not foreign. */
  kept: "all" | "some" | "none";
  draining: "all" | "some" | "none";
}

/** Buckets; their type makes nft take the result of `jhash` as a key. With a size the kernel takes its fastest kind of set. */
const bucketSpec = `{ typeof symhash mod ${BUCKET_COUNT}; size ${BUCKET_COUNT}; }`;

/** Declares the sets that rules on this table look up. */
export function declareTable(ground: Ground, index: number): TableShape {
  const table = ground.plane.tables[index];
  if (!table) throw new Error(`The data plane has no table ${index}.`);
  const kept = bucketsWith(table, (mark) => mark !== MARK.foreign);
  const draining = bucketsWith(table, (mark) => mark === MARK.draining);
  const all = table.marks.length;
  const extent = (count: number): TableShape["kept"] =>
    count === 0 ? "none" : count === all ? "all" : "some";
  const shape = { index, kept: extent(kept.length), draining: extent(draining.length) };
  const elements = (buckets: number[]): string[] => buckets.map(String);
  if (shape.kept === "some") {
    ground.netdev.set({ kind: "set", name: `kept${index}`, spec: bucketSpec, elements: elements(kept) });
  }
  if (shape.draining === "some") {
    ground.netdev.set({
      kind: "set",
      name: `draining${index}`,
      spec: bucketSpec,
      elements: elements(draining),
    });
  }
  return shape;
}

/** Declares a set of buckets for any other purpose. */
export function declareBuckets(ground: Ground, name: string, buckets: readonly number[]): void {
  ground.netdev.set({ kind: "set", name, spec: bucketSpec, elements: buckets.map(String) });
}

function bucketsWith({ marks }: PlaneTable, holds: (mark: number) => boolean): number[] {
  const buckets: number[] = [];
  marks.forEach((mark, bucket) => {
    if (holds(mark)) buckets.push(bucket);
  });
  return buckets;
}
