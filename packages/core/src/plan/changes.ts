/** What a plan changes on each node, in sentences for the person who applies it. */
import { isSameJson, type ServedPair, servedPairs, type WitnessPolicy } from "../fleet/index.ts";
import type { Vip } from "../wlbs/index.ts";
import { mscsChanges } from "./mscs-changes.ts";
import type { NodeChange, NodePolicy } from "./types.ts";
import { wlbsChanges } from "./wlbs-changes.ts";

type Policies = Record<string, NodePolicy>;

/** Nodes whose policy differs, sorted by name. `before` null = the node had no policy. */
export function changesBetween(before: Policies, after: Policies): NodeChange[] {
  return Object.entries(after).flatMap(([node, policy]) => {
    const old = before[node];
    const lines = describe(old, policy);
    return lines.length === 0 ? [] : [{ node, before: old?.service ?? null, after: policy.service, lines }];
  });
}

function describe(before: NodePolicy | undefined, after: NodePolicy): string[] {
  if (isSameJson(before, after)) return [];
  if (before === undefined || before.service !== after.service) return [arrival(before, after)];
  if (before.service === "wlbs" && after.service === "wlbs")
    return orWall(wlbsChanges(before.wlbs, after.wlbs));
  if (before.service === "mscs" && after.service === "mscs")
    return orWall(mscsChanges(before.mscs, after.mscs));
  if (before.service === "witness" && after.service === "witness")
    return orWall(witnessChanges(before.witness, after.witness));
  return orWall([]);
}

/** The service of the witness itself stays as it is. */
function witnessChanges(before: WitnessPolicy, after: WitnessPolicy): string[] {
  const [old, present] = [before, after].map(servedPairs);
  const isIn = (pairs: ServedPair[] | undefined, { cluster }: ServedPair) =>
    pairs?.some((pair) => pair.cluster === cluster) ?? false;
  return [
    ...(present ?? []).flatMap((pair) => (isIn(old, pair) ? [] : [`serves MSCS pair ${pair.cluster}, too`])),
    ...(old ?? []).flatMap((pair) =>
      isIn(present, pair) ? [] : [`serves MSCS pair ${pair.cluster} no longer`],
    ),
  ];
}

function pairsText(witness: WitnessPolicy): string {
  const names = servedPairs(witness).map(({ cluster }) => cluster);
  return names.length === 1 ? `MSCS pair ${names[0]}` : `MSCS pairs ${names.join(", ")}`;
}

/** If no field differs, only what surrounds the policy has changed. */
function orWall(lines: string[]): string[] {
  return lines.length > 0 ? lines : ["learns the new address lists of the wall"];
}

function arrival(before: NodePolicy | undefined, after: NodePolicy): string {
  const left = before === undefined || before.service === "none" ? "" : `leaves ${titleOf(before)}; `;
  switch (after.service) {
    case "wlbs":
      return `${left}joins WLBS cluster ${after.wlbs.cluster} with virtual ${vipList(after.wlbs.vips)}`;
    case "mscs":
      return `${left}becomes a node of MSCS pair ${after.mscs.cluster}`;
    case "witness":
      return `${left}becomes the witness of ${pairsText(after.witness)}`;
    case "none":
      return `${left}has no service any more`;
  }
}

function titleOf(policy: NodePolicy): string {
  switch (policy.service) {
    case "wlbs":
      return `WLBS cluster ${policy.wlbs.cluster} (its connections end)`;
    case "mscs":
      return `MSCS pair ${policy.mscs.cluster} (its groups stop here)`;
    case "witness":
      return `its place as witness of ${pairsText(policy.witness)}`;
    case "none":
      return "nothing";
  }
}

function vipList(vips: readonly Vip[]): string {
  return `${vips.length === 1 ? "IP" : "IPs"} ${vips.map(({ address }) => address).join(", ")}`;
}
