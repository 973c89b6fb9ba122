/** Votes, witness and fencing in words. Pure. */
import type { ClusterView } from "@bulkhead/core/mscs";
import type { StateRole } from "@bulkhead/ui/state.tsx";
import type { Condition } from "../../states/condition.ts";
import { type MscsCluster, votes } from "../../states/mscs-states.ts";

export type FenceDevice = ClusterView["fencing"][number];

/** A device whose last check or action failed cannot fence. */
export function fenceCondition({ working, why }: FenceDevice): Condition {
  if (working === true) return { role: "ok", word: "Works", why: why ?? "Its last check went well." };
  if (working === false)
    return { role: "bad", word: "Does not work", why: why ?? "Its last check or action failed." };
  return { role: "unknown", word: "Not checked yet", why: why ?? "The engine has not tried it yet." };
}

/** The engine writes "2026-11-22 21:24:45Z"; null = it cannot be read as an instant. */
export function fencedAt(text: string): number | null {
  const at = Date.parse(text.replace(" ", "T"));
  return Number.isNaN(at) ? null : at;
}

export function tlsText({ view, witness }: MscsCluster): { role: StateRole; word: string } {
  if (witness === null) return { role: "bad", word: "There is no witness" };
  if (view === null || view.witness.isTls === null) return { role: "unknown", word: "Not known" };
  return view.witness.isTls
    ? { role: "ok", word: "Encrypted, both sides proven (TLS)" }
    : { role: "bad", word: "Not encrypted: anyone in between could vote" };
}

/** The sum of it in one sentence. */
export function protectionText(cluster: MscsCluster): { role: StateRole; text: string } {
  const { view, protection } = cluster;
  if (view === null || view.engineBlind !== null)
    return { role: "unknown", text: "Nobody knows whether the pair would survive a failure now" };
  return protection.isProtected
    ? { role: "ok", text: "Protected: the pair survives the loss of one node, or of the witness" }
    : { role: "bad", text: "Not protected" };
}

/** "2 of 3 votes"; what a blind engine leaves unsaid is not counted. */
export function votesShort(cluster: MscsCluster): string {
  const all = votes(cluster);
  if (all.some(({ kind, cast }) => kind === "node" && cast === null)) return "votes unknown";
  return `${all.filter(({ cast }) => cast === true).length} of 3 votes`;
}

/** "2 of 3 votes. Two keep the groups running, so none may be lost now." */
export function votesText(cluster: MscsCluster): string {
  const all = votes(cluster);
  if (all.some(({ kind, cast }) => kind === "node" && cast === null))
    return "The engine does not tell who votes.";
  const cast = all.filter((vote) => vote.cast === true).length;
  if (cluster.view && !cluster.view.hasQuorum)
    return `${cast} of 3 votes here: no quorum, so no group runs on this side.`;
  return `${cast} of 3 votes. Two keep the groups running, so ${cast === 3 ? "any one may be lost" : "none may be lost now"}.`;
}
