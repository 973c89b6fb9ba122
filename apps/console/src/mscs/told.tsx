"use client";
/** How old what is shown is, and who told it: on every card, because what a blind engine last said is no present. */
import { State } from "@bulkhead/ui/state.tsx";
import { TimeAgo } from "@bulkhead/ui/time-ago.tsx";
import type { MscsCluster } from "../states/mscs-states.ts";

export function Told({ cluster }: { cluster: MscsCluster }) {
  if (cluster.viewAt === null)
    return <span className="text-[12px] text-muted">nobody has told of it yet</span>;
  const isBlind = cluster.view?.engineBlind !== null;
  return (
    <span className="inline-flex flex-wrap items-baseline gap-x-1.5 text-[12px] text-muted">
      {isBlind ? <State role="unknown" word="blind" /> : null}
      <span>
        told by {cluster.viewFrom ?? "nobody"} <TimeAgo at={cluster.viewAt} />
      </span>
    </span>
  );
}
