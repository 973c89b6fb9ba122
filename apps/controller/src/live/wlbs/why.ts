/** Why a cluster is not all well, in sentences: per host, and for a cluster that has two coordinators. */
import type { ClusterFinding } from "@bulkhead/api";
import type { WlbsPolicy, WlbsStatus } from "@bulkhead/core/wlbs";
import { type LiveNode, staleAfterMs } from "../live-fleet.ts";
import { durationText, listText } from "../words.ts";
import type { SeenHost } from "./seen.ts";

/** Shorter double claims happen while a new epoch travels; longer ones are a split. */
const splitAfterMs = 2_000;

/** Two hosts that both hold themselves for the coordinator, each long enough to mean it. */
export function splitFinding(
  policy: WlbsPolicy,
  hosts: readonly SeenHost[],
  now: number,
): ClusterFinding | null {
  const coordinators = hosts.filter(({ live, fresh }) => fresh && claimedForMs(live, now) >= splitAfterMs);
  if (coordinators.length < 2) return null;
  const names = coordinators.map(({ host }) => host.node);
  return {
    kind: "two-coordinators",
    severity: "error",
    text: `${policy.cluster} has two coordinators: ${listText(names)} serve in different epochs at the same time.`,
    cure: `The hosts do not hear each other's heartbeats: check the network between ${listText(names)} (switch, cable, VLAN, multicast to ${policy.heartbeatGroup}). When they hear each other again, one part gives way by itself.`,
    evidence: coordinators.map(({ host, fresh }) => `${host.node}: ${sideText(fresh)}`),
    since: Math.max(...coordinators.map(({ live }) => live?.coordinatorSince ?? now)),
    hosts: names,
  };
}

/** One sentence with both sides, for the head of the page. */
export function splitSentence({ evidence, cure, since }: ClusterFinding, now: number): string {
  return `Two coordinators for ${durationText(now - since)}: ${listText(evidence)}. ${cure}`;
}

function sideText(status: WlbsStatus | null): string {
  const members = status?.members.filter(({ isMember }) => isMember).map(({ node }) => node) ?? [];
  return `epoch ${status?.epoch ?? "none"} with ${listText(members) || "nobody"}`;
}

/** How long the host has said without a break that it is the coordinator; 0 when it does not. */
function claimedForMs(live: LiveNode | null, now: number): number {
  return live && live.coordinatorSince !== null ? now - live.coordinatorSince : 0;
}

/** Null when the host is well. */
export function hostCause({ host, live, last, fresh }: SeenHost, now: number): string | null {
  const name = host.node;
  if (!live || live.statusAt === null) {
    return `${name} has not reported yet: check that its agent runs ("systemctl status bulkhead-agent" on it).`;
  }
  if (!live.online) {
    const goneMs = now - (live.lastSeenAt ?? live.onlineSince);
    return `${name} has not been heard of for ${durationText(goneMs)}: check the machine, its network and its agent.`;
  }
  if (now - live.statusAt > staleAfterMs) {
    return `${name} is connected but has not reported for ${durationText(now - live.statusAt)}: its agent hangs or the machine is overloaded.`;
  }
  if (!fresh || !last) return `${name} does not run this cluster yet: it waits for its policy.`;
  if (fresh.state === "converged" && fresh.leaseAlive) return errorCause(name, fresh);
  return stateCause(name, fresh, now);
}

function stateCause(name: string, status: WlbsStatus, now: number): string {
  const since = `for ${durationText(now - status.since)}`;
  const cause = status.cause ? `: ${status.cause}` : "";
  switch (status.state) {
    case "stopped":
      return `${name} is stopped ${since}${cause}; start it to give it a share.`;
    case "suspended":
      return `${name} is suspended ${since}; resume it, and then start it to give it a share.`;
    case "converging":
      return `${name} is converging ${since}${cause}.`;
    case "draining":
      return `${name} is draining ${since}: ${drainText(status, now)}.`;
    case "converged":
      return `${name} accepts no new connection: its kernel lease has run out; its agent renews it when it is able to.`;
  }
}

function drainText({ drain, openConnections }: WlbsStatus, now: number): string {
  const {
    openConnections: open,
    deadline,
    estimateS,
  } = drain ?? {
    openConnections,
    deadline: null,
    estimateS: null,
  };
  const left = `${open} open ${open === 1 ? "connection is" : "connections are"} left`;
  if (deadline !== null) return `${left}, cut in ${durationText(deadline - now)}`;
  return estimateS === null ? left : `${left}, about ${durationText(estimateS * 1000)} more`;
}

function errorCause(name: string, status: WlbsStatus): string | null {
  return status.lastError ? `${name} reports: ${status.lastError}.` : null;
}
