/**
 * Stops what a new policy no longer has, before it is taken out of the CIB. Pacemaker stops what is suddenly not
 * configured any more all at once: a disk together with the database on it. While it is still configured, it stops in
 * the order of its dependencies.
 */
import type { CibModel, ClusterView } from "@bulkhead/core/mscs";
import { resourceNameOf } from "@bulkhead/core/mscs";
import { goingIds, withOffline } from "@bulkhead/pacemaker";
import type { EngineTools } from "./bring-up.ts";
import { waitUntil } from "./wait.ts";

/** Stopping a database may take its whole timeout. */
const limitMs = 300_000;

/** Rejects when something does not stop: then the policy was not written, and what ran before still runs. */
export async function retire(tools: EngineTools, model: CibModel): Promise<void> {
  const { runner, log } = tools;
  const going = goingIds(await runner.cib(), model);
  if (going.length === 0) return;
  log.info({ going }, "stopping what the new policy no longer has");
  await runner.edit((cib) => going.reduce((changed, id) => withOffline(changed, id, true), cib));
  let left = going;
  const isOffline = async () => {
    const view = await runner.read();
    left = going.filter((id) => view.engineBlind !== null || isRunning(view, id));
    return left.length === 0;
  };
  if (await waitUntil(tools, limitMs, isOffline)) return;
  throw new Error(
    `${left.join(", ")} is not in the new policy and does not stop; the policy was not written. Look at "crm_mon -1rf" on a node of the pair, stop it by hand, then apply again`,
  );
}

/** `id` is that of a group, or `group.resource`. */
function isRunning(view: ClusterView, id: string): boolean {
  return view.groups.some((group) =>
    group.resources.some(
      (item) =>
        (group.name === id || resourceNameOf(group.name, id) === item.name) &&
        (item.owner !== null || item.state === "pending" || item.state === "unknown"),
    ),
  );
}
