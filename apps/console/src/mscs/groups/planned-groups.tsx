"use client";
/** Groups of the policy that the engine does not tell of (yet): just deployed, or nobody reports. */
import { State } from "@bulkhead/ui/state.tsx";
import type { MscsCluster } from "../../states/mscs-states.ts";
import { resourceTitle } from "./resource-text.ts";

export function PlannedGroups({ cluster }: { cluster: MscsCluster }) {
  const seen = new Set(cluster.view?.groups.map(({ name }) => name));
  const missing = cluster.groups.filter(({ name }) => !seen.has(name));
  return missing.map((group) => (
    <article
      key={group.name}
      className="hatched rounded-md border border-dashed border-line-strong px-4 py-3"
    >
      <h3 className="flex flex-wrap items-baseline gap-x-3 font-semibold">
        {group.name} <State role="unknown" word="No news" className="font-normal" />
      </h3>
      <p className="text-dense">
        The policy has it
        {group.resources.length > 0 ? ` with ${group.resources.map(resourceTitle).join(", ")}` : ""}. The
        engine has not told of it.
      </p>
    </article>
  ));
}
