/** A new policy must not undo by the way what an admin has changed in the engine meanwhile. */
import type { CibModel } from "@bulkhead/core/mscs";
import {
  configurationDifferences,
  type Difference,
  inspectCib,
  type PacemakerRunner,
  undoneChanges,
} from "@bulkhead/pacemaker";

/** More are not told. */
const shown = 3;

/**
 * Rejects with what was changed and both ways out. `before`: what was written last, as far as this node knows; null = it does
 * not, and then there is nothing to compare with.
 */
export async function refuseToUndo(
  runner: PacemakerRunner,
  { cluster, before, model }: { cluster: string; before: CibModel | null; model: CibModel },
): Promise<void> {
  if (before === null) return;
  const live = await runner.cib();
  const { isSamePolicy, differences } = inspectCib(live, before);
  if (!isSamePolicy || differences.length === 0) return;
  const undone = undoneChanges(differences, configurationDifferences(live, model));
  if (undone.length === 0) return;
  const more = undone.length > shown ? `, and ${undone.length - shown} more` : "";
  throw new Error(
    `The engine of ${cluster} was changed by hand, and this policy would undo it: ${undone.slice(0, shown).map(text).join("; ")}${more}. Take it over (bulkhead mscs drift ${cluster} -o FILE) or undo it (bulkhead mscs revert ${cluster}), and apply again`,
  );
}

function text({ object, wanted, found }: Difference): string {
  return `${object} is ${found ?? "not there"}, and was written as ${wanted ?? "nothing"}`;
}
