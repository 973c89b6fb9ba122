/**
 * Stops what a new policy no longer has, before it is taken out of the CIB. Pacemaker stops what is suddenly not
 * configured any more all at once: a disk together with the database on it. While it is still configured, it stops in
 * the order of its dependencies.
 */
import type { CibModel, ClusterView, ResourceView } from "@bulkhead/core/mscs";
import { resourceNameOf } from "@bulkhead/core/mscs";
import { goingIds, isOrderedOffline, withOffline } from "@bulkhead/pacemaker";
import type { EngineTools } from "./bring-up.ts";
import { waitUntil } from "./wait.ts";

/** Stopping a database may take its whole timeout. */
const limitMs = 300_000;
/** What has failed to stop stays so, unless its node is fenced for it meanwhile. */
const failedLimitMs = 60_000;

/**
 * Rejects when something does not stop: then the policy was not written, and the orders to be offline are taken back, so that
 * what still runs runs on.
 */
export async function retire(tools: EngineTools, model: CibModel): Promise<void> {
  const { runner, log, clock } = tools;
  const cib = await runner.cib();
  const going = goingIds(cib, model);
  if (going.length === 0) return;
  log.info({ going }, "stopping what the new policy no longer has");
  await runner.edit((cib) => going.reduce((changed, id) => withOffline(changed, id, true), cib));
  let left = going;
  let failedSince: number | null = null;
  const isOver = async () => {
    const view = await runner.read();
    left = going.filter((id) => view.engineBlind !== null || partsOf(view, id).some(isRunning));
    const isStuck = left.length > 0 && left.every((id) => partsOf(view, id).some(isFailed));
    failedSince = isStuck ? (failedSince ?? clock.monotonicMs()) : null;
    return left.length === 0 || (failedSince !== null && clock.monotonicMs() - failedSince >= failedLimitMs);
  };
  await waitUntil(tools, limitMs, isOver);
  if (left.length === 0) return;
  const ordered = going.filter((id) => !isOrderedOffline(cib, id));
  await runner.edit((next) => ordered.reduce((changed, id) => withOffline(changed, id, false), next));
  throw new Error(
    `${left.join(", ")} is not in the new policy and does not stop; the policy was not written. Look at "crm_mon -1rf" on a node of the pair, stop it by hand, then apply again`,
  );
}

/** `id` is that of a group, or `group.resource`. */
function partsOf(view: ClusterView, id: string): ResourceView[] {
  return view.groups.flatMap((group) =>
    group.resources.filter(({ name }) => group.name === id || resourceNameOf(group.name, id) === name),
  );
}

function isRunning({ owner, state }: ResourceView): boolean {
  return owner !== null || state === "pending" || state === "unknown";
}

function isFailed({ owner, state }: ResourceView): boolean {
  return owner !== null && state === "failed";
}
