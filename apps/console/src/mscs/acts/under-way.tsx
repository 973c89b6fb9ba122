"use client";
/** Orders under way, and the last that ended badly, on top of every view of the pair. */
import { Disclosure } from "@bulkhead/ui/disclosure.tsx";
import { StateIcon } from "@bulkhead/ui/state.tsx";
import { TimeAgo, useNow } from "@bulkhead/ui/time-ago.tsx";
import type { MscsCluster } from "../../states/mscs-states.ts";
import { ActProgress } from "./act-progress.tsx";
import { actStates, orderText } from "./act-words.ts";

/** What ended badly is told for this long. */
const badShownMs = 10 * 60_000;

export function UnderWay({ cluster }: { cluster: MscsCluster }) {
  const now = useNow();
  const shown = cluster.acts.filter(
    ({ state, endedAt }) => state === "running" || (state !== "done" && now - (endedAt ?? 0) < badShownMs),
  );
  if (shown.length === 0) return null;
  return (
    <ul aria-label="Orders under way" className="grid divide-y rounded-md border bg-surface">
      {shown.map((act) => (
        <li key={act.id} className="grid gap-1 px-3 py-2">
          <p className="flex flex-wrap items-baseline gap-x-3">
            <span className="inline-flex items-center gap-2 font-medium">
              <StateIcon role={actStates[act.state].role} /> {orderText(act.order)}
            </span>
            <span className="min-w-0 flex-1 basis-48 text-dense">{act.message}</span>
            <span className="text-[12px] text-muted">
              by {act.by}, on {act.node}, <TimeAgo at={act.startedAt} />
            </span>
          </p>
          <Disclosure summary={`${actStates[act.state].word}: steps`}>
            <ActProgress act={act} />
          </Disclosure>
        </li>
      ))}
    </ul>
  );
}
