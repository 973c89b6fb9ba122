"use client";
/** Who hears whom: first what is wrong in words, then the matrix. */
import { duration } from "@bulkhead/ui/format.ts";
import { Section } from "@bulkhead/ui/page.tsx";
import { StateIcon } from "@bulkhead/ui/state.tsx";
import { nameIn } from "./cluster-model.ts";
import { HeartbeatGrid } from "./heartbeat-grid.tsx";
import {
  hearingTroubles,
  heartbeatMatrix,
  lossyPercent,
  restAllowanceMs,
  type Trouble,
} from "./heartbeat-model.ts";
import type { ViewProps } from "./view-props.ts";

export function HeartbeatsView({ cluster }: ViewProps) {
  const matrix = heartbeatMatrix(cluster);
  const nameOf = nameIn(cluster);
  const { periodMs, tolerance, group, port } = cluster.heartbeat;
  return (
    <Section
      title="Who hears whom"
      note={`a beat every ${periodMs} ms to ${group}:${port}; ${tolerance} missed in a row (${duration(periodMs * tolerance)}) and the host is lost`}
    >
      <div className="grid grid-cols-[minmax(0,1fr)] gap-4">
        <Troubles troubles={hearingTroubles(matrix, nameOf)} isKnown={matrix.parts.length > 0} />
        {cluster.hosts.length < 2 ? (
          <p className="text-muted">One host has nobody to hear. The matrix appears with the second one.</p>
        ) : (
          <HeartbeatGrid
            matrix={matrix}
            nameOf={nameOf}
            label={`Heartbeats of ${cluster.name}`}
            periodMs={periodMs}
          />
        )}
        <p className="max-w-[90ch] text-dense text-muted">
          A host at rest reads what has come together, up to {Math.round(restAllowanceMs(periodMs))} ms late
          (half a period): it wakes less often, and finds a lost host no later. Jitter up to that is its own
          doing and says nothing about the network.
        </p>
      </div>
    </Section>
  );
}

/** Room for one line is kept, so that the matrix stays where it is when the first trouble comes. */
function Troubles({ troubles, isKnown }: { troubles: readonly Trouble[]; isKnown: boolean }) {
  const all = isKnown
    ? `Every host that runs hears every other, and loses less than ${lossyPercent} % of the beats.`
    : "No host reports, so nobody knows who hears whom.";
  return (
    <ul aria-label="What is wrong" className="grid min-h-5 gap-1">
      {troubles.length === 0 ? <Line role={isKnown ? "ok" : "unknown"} text={all} /> : null}
      {troubles.map(({ role, text }) => (
        <Line key={text} role={role} text={text} />
      ))}
    </ul>
  );
}

function Line({ role, text }: { role: "ok" | "bad" | "warn" | "unknown"; text: string }) {
  return (
    <li className="flex gap-2.5">
      <span className="flex h-5 w-4 shrink-0 items-center justify-center">
        <StateIcon role={role} />
      </span>
      <span className={role === "bad" ? "font-medium" : undefined}>{text}</span>
    </li>
  );
}
