/** One WLBS cluster of the snapshot: intent of its hosts joined with what they report, and the state in words. */
import type { WlbsHostSnapshot, WlbsSnapshot } from "@bulkhead/api";
import type { WlbsPolicy, WlbsStatus } from "@bulkhead/core/wlbs";
import type { LiveFleet, LiveNode } from "./live-fleet.ts";
import { durationText, listText, whyText } from "./words.ts";

/** Shorter double claims happen while a new epoch travels; longer ones are a split. */
const splitAfterMs = 2_000;

interface Host {
  name: string;
  live: LiveNode | null;
  /** Null when nothing recent is known. */
  status: WlbsStatus | null;
}

/** `policy`: the policy of any host of the cluster; they are equal but for the reader. */
export function wlbsView(policy: WlbsPolicy, live: LiveFleet, now: number): WlbsSnapshot {
  const hosts = policy.hosts.map(({ node }): Host => {
    const entry = live.get(node);
    const fresh = live.isFresh(entry, now) && entry.status.service === "wlbs" ? entry.status.wlbs : null;
    return { name: node, live: entry, status: fresh?.cluster === policy.cluster ? fresh : null };
  });
  const split = splitCause(hosts, now);
  const newest = newestStatus(hosts);
  return {
    name: policy.cluster,
    vip: policy.vip,
    mode: policy.mode,
    clusterMac: policy.clusterMac,
    hashSeed: policy.hashSeed,
    rules: policy.rules,
    state: split ? "split" : worstState(hosts),
    why: whyText([split, ...hosts.map((host) => hostCause(host, now))]),
    hosts: policy.hosts.map((host) => hostView(host, live, policy.cluster)),
    table: newest?.table ?? null,
    epoch: newest?.epoch ?? null,
  };
}

function hostView(host: WlbsPolicy["hosts"][number], live: LiveFleet, cluster: string): WlbsHostSnapshot {
  const entry = live.get(host.node);
  const status = entry?.status?.service === "wlbs" ? entry.status.wlbs : null;
  const isOurs = status?.cluster === cluster;
  return {
    node: host.node,
    hostId: host.hostId,
    dedicatedIp: host.dedicatedIp,
    online: entry?.online ?? false,
    status: isOurs ? status : null,
    statusAt: isOurs ? (entry?.statusAt ?? null) : null,
    rates: isOurs ? (entry?.rates.rates() ?? null) : null,
  };
}

function worstState(hosts: readonly Host[]): WlbsSnapshot["state"] {
  const states = hosts.flatMap((host) => (host.status ? [host.status.state] : []));
  if (states.length === 0) return "unknown";
  if (states.includes("converging")) return "converging";
  if (states.includes("draining")) return "draining";
  return states.includes("converged") ? "converged" : "stopped";
}

/** Two hosts that both hold themselves for the coordinator, each long enough to mean it. */
function splitCause(hosts: readonly Host[], now: number): string | null {
  const coordinators = hosts.filter(({ live, status }) => status && claimedForMs(live, now) >= splitAfterMs);
  if (coordinators.length < 2) return null;
  const evidence = coordinators.map(({ name, status }) => {
    const members = status?.members.map((member) => member.node) ?? [];
    return `${name} (epoch ${status?.epoch ?? "none"}, hears ${listText(members) || "nobody"})`;
  });
  const since = Math.max(...coordinators.map(({ live }) => live?.coordinatorSince ?? now));
  return `Two coordinators for ${durationText(now - since)}: ${listText(evidence)}. The hosts do not hear each other's heartbeats: check the network between them.`;
}

/** How long the host has said without a break that it is the coordinator; 0 when it does not. */
function claimedForMs(live: LiveNode | null, now: number): number {
  return live && live.coordinatorSince !== null ? now - live.coordinatorSince : 0;
}

function hostCause({ name, live, status }: Host, now: number): string | null {
  if (!live || live.statusAt === null) {
    return `${name} has not reported yet: check that its agent runs ("systemctl status bulkhead-agent" on it).`;
  }
  if (!live.online) {
    const goneMs = now - (live.lastSeenAt ?? live.onlineSince);
    return `${name} has not been heard of for ${durationText(goneMs)}: check the machine, its network and its agent.`;
  }
  if (!status) {
    return now - live.statusAt > 4_000
      ? `${name} is connected but has not reported for ${durationText(now - live.statusAt)}: its agent hangs or the machine is overloaded.`
      : `${name} does not run this cluster yet: it waits for its policy.`;
  }
  if (status.state === "converged" && status.leaseAlive) return errorCause(name, status);
  return stateCause(name, status, now);
}

function stateCause(name: string, status: WlbsStatus, now: number): string {
  const since = `for ${durationText(now - status.since)}`;
  const cause = status.cause ? `: ${status.cause}` : "";
  switch (status.state) {
    case "stopped":
      return `${name} is stopped ${since}${cause}; start it to give it a share.`;
    case "converging":
      return `${name} is converging ${since}${cause}.`;
    case "draining":
      return `${name} is draining ${since}: ${status.openConnections} open connections are left.`;
    case "converged":
      return `${name} accepts no new connection: its kernel lease has run out; its agent renews it when it is able to.`;
  }
}

function errorCause(name: string, status: WlbsStatus): string | null {
  return status.lastError ? `${name} reports: ${status.lastError}.` : null;
}

/** Epochs are `counter.coordinatorHostId`; the highest counter is the newest. */
function newestStatus(hosts: readonly Host[]): WlbsStatus | null {
  const counter = (status: WlbsStatus) => Number.parseInt(status.epoch ?? "-1", 10);
  return hosts.reduce<WlbsStatus | null>((best, { status }) => {
    if (!status?.table) return best;
    return best === null || counter(status) > counter(best) ? status : best;
  }, null);
}
