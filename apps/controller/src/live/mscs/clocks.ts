/** Machines of a pair whose clocks are wrong. */
import { clockMsMax, type MscsPolicy } from "@bulkhead/core/mscs";
import type { LiveFleet } from "../live-fleet.ts";

/** Nodes and witness that are connected and off by more than is allowed, with how far they are ahead, ms. */
export function wrongClocks(
  { nodes, witness }: Pick<MscsPolicy, "nodes" | "witness">,
  live: LiveFleet,
): { node: string; aheadMs: number }[] {
  const names = [...nodes.map(({ node }) => node), ...(witness === null ? [] : [witness.node])];
  return names.flatMap((node) => {
    const entry = live.get(node);
    const aheadMs = entry?.online ? entry.clockGap.aheadMs() : null;
    return aheadMs !== null && Math.abs(aheadMs) > clockMsMax ? [{ node, aheadMs }] : [];
  });
}
