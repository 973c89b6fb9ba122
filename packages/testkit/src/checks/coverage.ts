/** Which buckets of a rule somebody answers, over all kernels that serve. */
import type { DataPlane } from "@bulkhead/core/wlbs";
import { countBits, ownedBits, union } from "./marks.ts";

/** Buckets of the rule in `slot` with exactly one owner among these planes; -1 = some bucket has two. */
export function ownedShare(planes: readonly DataPlane[], slot: number): number {
  const owned = planes.flatMap((plane) => {
    const rule = plane.rules[slot];
    return rule ? [ownedBits(plane, rule)] : [];
  });
  const sum = owned.reduce((all, bits) => all + countBits(bits), 0);
  const covered = countBits(union(owned));
  return covered === sum ? covered : -1;
}
