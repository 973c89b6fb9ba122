"use client";
/** Two rooms and a wall: clients, front tier, bulkhead, back tier, from top to bottom. */
import type { FleetSnapshot } from "@bulkhead/api";
import { cn } from "@bulkhead/ui/cn.ts";
import { count, plural, rate } from "@bulkhead/ui/format.ts";
import Link from "next/link";
import { type ReactNode, useRef } from "react";
import { nodePath } from "../shell/places.ts";
import { openConnections, packetsPerS } from "../wlbs/totals.ts";
import { BreachLines } from "./breach-lines.tsx";
import { breachesOf } from "./breaches.ts";
import { PairCapsule } from "./pair-capsule.tsx";
import { VipBlock } from "./vip-block.tsx";
import { Wall } from "./wall.tsx";

export function FleetMap({ fleet }: { fleet: FleetSnapshot }) {
  const frame = useRef<HTMLDivElement>(null);
  const breaches = breachesOf(fleet.violations);
  const loose = fleet.nodes.filter((node) => node.role === null);
  return (
    <section aria-label="Map of the fleet" className="grid gap-4">
      <div ref={frame} className="relative">
        <Clients fleet={fleet} />
        <Room
          tier="front"
          title="Front room"
          note="WLBS: every host sees every packet, each kernel keeps its own clients"
        >
          {fleet.wlbs.length === 0 ? <Vacant>No WLBS cluster is deployed.</Vacant> : null}
          {fleet.wlbs.map((cluster) => (
            <VipBlock key={cluster.name} cluster={cluster} now={fleet.at} />
          ))}
        </Room>
        <Wall breaches={breaches} />
        <Room
          tier="back"
          title="Back room"
          note="MSCS: a group runs on one node of its pair, and moves when that fails"
        >
          {fleet.mscs.length === 0 ? <Vacant>No MSCS pair is deployed.</Vacant> : null}
          {fleet.mscs.map((cluster) => (
            <PairCapsule key={cluster.name} cluster={cluster} />
          ))}
        </Room>
        <BreachLines frame={frame} breaches={breaches} />
      </div>
      {loose.length > 0 ? (
        <p className="flex flex-wrap items-baseline gap-x-3 gap-y-1 text-dense text-muted">
          In no room yet:
          {loose.map((node) => (
            <Link
              key={node.name}
              href={nodePath(node.name)}
              data-map-object={`node:${node.name}`}
              className="font-medium text-text hover:underline"
            >
              {node.name}
            </Link>
          ))}
        </p>
      ) : null}
    </section>
  );
}

function Room({
  tier,
  title,
  note,
  children,
}: {
  tier: "front" | "back";
  title: string;
  note: string;
  children: ReactNode;
}) {
  return (
    <section
      aria-label={title}
      className={cn(
        "border px-4 pt-3 pb-5 sm:px-6",
        tier === "front"
          ? "rounded-t-xl border-b-0 border-front-line bg-front-soft"
          : "rounded-b-xl border-t-0 border-back-line bg-back-soft",
      )}
    >
      <header className="mb-3 flex flex-wrap items-baseline gap-x-3">
        <h2 className={cn("font-semibold", tier === "front" ? "text-front" : "text-back")}>{title}</h2>
        <p className="text-[12px] text-muted">{note}</p>
      </header>
      <div className="grid gap-6">{children}</div>
    </section>
  );
}

function Vacant({ children }: { children: ReactNode }) {
  return (
    <p className="rounded-md border border-dashed border-line-strong px-4 py-6 text-center text-muted">
      {children}
    </p>
  );
}

/** Those for whom all this is done: what reaches the fleet right now. */
function Clients({ fleet }: { fleet: FleetSnapshot }) {
  if (fleet.wlbs.length === 0) return null;
  const sum = (values: (number | null)[]) => {
    const known = values.filter((value) => value !== null);
    return known.length === 0 ? null : known.reduce((a, b) => a + b, 0);
  };
  const packets = sum(fleet.wlbs.map(packetsPerS));
  const open = sum(fleet.wlbs.map(openConnections));
  const vips = fleet.wlbs.reduce((total, cluster) => total + cluster.vips.length, 0);
  return (
    <div className="flex flex-col items-center">
      <p className="rounded-full border bg-surface px-4 py-1 text-dense">
        <span className="font-medium">Clients</span>
        <span className="text-muted">
          {" "}
          {packets === null ? "no news of traffic" : `${rate(packets)} packets/s`}
          {open === null ? "" : `, ${open === 1 ? "1 open connection" : `${count(open)} open connections`}`}{" "}
          to {plural(vips, "virtual IP")}
        </span>
      </p>
      <span aria-hidden className="h-4 w-px bg-line-strong" />
    </div>
  );
}
