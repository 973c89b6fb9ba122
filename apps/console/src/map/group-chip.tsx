"use client";
/** A group in the cell of its owner: state, addresses, and where it is on its way to. */
import { cn } from "@bulkhead/ui/cn.ts";
import { StateIcon } from "@bulkhead/ui/state.tsx";
import { targetOf } from "../mscs/groups/owner-track.tsx";
import { type GroupView, groupCondition, type MscsCluster } from "../states/mscs-states.ts";

export function GroupChip({ cluster, group }: { cluster: MscsCluster; group: GroupView }) {
  const condition = groupCondition(cluster, group);
  const target = targetOf(cluster, group);
  const addresses =
    cluster.groups
      .find((each) => each.name === group.name)
      ?.resources.flatMap((resource) => (resource.type === "ipAddress" ? [resource.address] : [])) ?? [];
  return (
    <span
      data-map-object={[`group:${group.name}`, ...addresses.map((address) => `address:${address}`)].join(" ")}
      data-crossing={group.name}
      title={condition.why ?? undefined}
      className={cn(
        "inline-flex items-center gap-2 rounded-md border border-back-line bg-back-soft px-2.5 py-1.5",
        condition.role === "bad" && "border-bad-line bg-bad-soft",
        condition.role === "off" && "border-line-strong bg-sunken text-muted",
        condition.role === "unknown" && "hatched border-line-strong bg-surface",
        (condition.role === "active" || target) && "border-active bg-active-soft",
      )}
    >
      <StateIcon role={target ? "active" : condition.role} />
      <span>
        <span className="block leading-4 font-medium">{group.name}</span>
        <span className="block text-[12px] leading-4 text-muted">
          {target && target !== group.owner ? `moving to ${target}` : condition.word.toLowerCase()}
          {addresses.length > 0 ? <span className="font-mono"> {addresses.join(", ")}</span> : null}
        </span>
      </span>
    </span>
  );
}
