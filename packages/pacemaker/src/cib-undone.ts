/** What becomes of changes by hand when another policy is written. */
import type { Difference } from "./cib-differences.ts";

/**
 * Of `changes` (the live configuration against the policy that was written last), those that writing the next policy would undo;
 * `left`: the live configuration against that next policy. A value that it says under another id is kept: tools that add a
 * parameter put it into a set of their own.
 */
export function undoneChanges(changes: readonly Difference[], left: readonly Difference[]): Difference[] {
  const isLeft = ({ object, found }: Difference) =>
    left.some((item) => item.object === object && item.found === found);
  const isSaidElsewhere = ({ object, found }: Difference) =>
    found !== null &&
    left.some(
      (item) => item.found === null && item.wanted === found && withoutId(item.object) === withoutId(object),
    );
  return changes.filter((change) => isLeft(change) && !isSaidElsewhere(change));
}

function withoutId(object: string): string {
  return object.replace(/ \([^()]*\)$/, "");
}
