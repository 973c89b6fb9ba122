"use client";
/** The heartbeat links between the two nodes, one line each: whole, visibly broken, or dotted while nobody tells. */
import { cn } from "@bulkhead/ui/cn.ts";
import type { StateRole } from "@bulkhead/ui/state.tsx";
import { HeartOff, HeartPulse } from "lucide-react";
import { networkRows } from "../mscs/networks/network-model.ts";
import { type MscsCluster, mscsNodeCondition } from "../states/mscs-states.ts";

interface LinkLine {
  name: string;
  role: StateRole;
  text: string;
}

/** As the networks tell; a pair whose networks are not told yet has one link, judged by its nodes. */
function linkLines(cluster: MscsCluster): LinkLine[] {
  const rows = networkRows(cluster).filter(({ link }) => link !== null);
  if (rows.some(({ condition }) => condition.role !== "unknown"))
    return rows.map(({ name, condition }) => ({
      name,
      role: condition.role,
      text: `Link ${name}: ${condition.word.toLowerCase()}`,
    }));
  const roles = cluster.nodes.map((node) => mscsNodeCondition(cluster, node.name).role);
  if (roles.every((role) => role === "ok" || role === "off"))
    return [{ name: "link", role: "ok", text: "The nodes hear each other" }];
  const role = roles.includes("bad") ? "bad" : "unknown";
  return [{ name: "link", role, text: "The nodes do not both answer" }];
}

const lineLooks: Partial<Record<StateRole, string>> = {
  ok: "bg-back-line",
  bad: "bg-[repeating-linear-gradient(0deg,var(--bad)_0_4px,transparent_4px_9px)] max-sm:bg-[repeating-linear-gradient(90deg,var(--bad)_0_4px,transparent_4px_9px)]",
  warn: "bg-[repeating-linear-gradient(0deg,var(--warn)_0_4px,transparent_4px_9px)] max-sm:bg-[repeating-linear-gradient(90deg,var(--warn)_0_4px,transparent_4px_9px)]",
};
const unknownLook =
  "bg-[repeating-linear-gradient(0deg,var(--off)_0_2px,transparent_2px_6px)] max-sm:bg-[repeating-linear-gradient(90deg,var(--off)_0_2px,transparent_2px_6px)]";

export function PairLinks({ cluster }: { cluster: MscsCluster }) {
  const lines = linkLines(cluster);
  return (
    <ul
      aria-label="Links"
      className="flex items-stretch justify-center gap-3 border-y border-back-line px-2 py-1 max-sm:flex-col max-sm:gap-1 sm:border-x sm:border-y-0 sm:px-3"
    >
      {lines.map((line) => (
        <Line key={line.name} line={line} />
      ))}
    </ul>
  );
}

function Line({ line }: { line: LinkLine }) {
  const Icon = line.role === "bad" ? HeartOff : HeartPulse;
  const stroke = (
    <span aria-hidden className={cn("flex-1 max-sm:h-px sm:w-px", lineLooks[line.role] ?? unknownLook)} />
  );
  return (
    <li title={line.text} className="flex items-center justify-center gap-2 sm:w-4 sm:flex-col">
      {stroke}
      <Icon
        aria-label={line.text}
        className={cn(
          "size-4",
          line.role === "ok" ? "text-back" : line.role === "bad" ? "text-bad" : "text-off",
        )}
      />
      {stroke}
    </li>
  );
}
