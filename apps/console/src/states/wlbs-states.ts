/** States of the front tier in the console's words (DOMAIN 1.9). Pure. */
import type { FleetSnapshot } from "@bulkhead/api";
import { duration, plural } from "@bulkhead/ui/format.ts";
import type { Condition } from "./condition.ts";

export type WlbsCluster = FleetSnapshot["wlbs"][number];
export type WlbsRule = WlbsCluster["rules"][number];
export type WlbsHost = WlbsCluster["hosts"][number];
export type WlbsHostStatus = NonNullable<WlbsHost["status"]>;

/** The cluster as a whole, as the controller words it. A grave finding comes before a state that somebody asked for. */
export function wlbsClusterCondition(cluster: WlbsCluster): Condition {
  const { why } = cluster;
  const grave = cluster.findings.find(({ severity }) => severity === "error");
  if (grave && cluster.state !== "split") return { role: "bad", word: "Degraded", why: grave.text };
  switch (cluster.state) {
    case "converged":
      return convergedCluster(cluster);
    case "converging":
      return {
        role: "active",
        word: "Converging",
        why: why ?? "The hosts are agreeing on who owns which buckets.",
      };
    case "draining":
      return {
        role: "active",
        word: "Draining",
        why: why ?? "A host ends its open connections before it stops.",
      };
    case "stopped":
      return { role: "off", word: "Stopped", why: why ?? "No host of this cluster is started." };
    case "suspended":
      return {
        role: "off",
        word: "Suspended",
        why: why ?? "The hosts are suspended and heed no command but resume.",
      };
    case "split":
      return { role: "bad", word: "Split", why: why ?? "Two coordinators claim this cluster." };
    case "unknown":
      return { role: "unknown", word: "No news", why: why ?? "No host of this cluster reports." };
  }
}

/** Converged without one of its hosts, or with something odd, is not well. */
function convergedCluster(cluster: WlbsCluster): Condition {
  const odd = cluster.findings[0];
  if (odd) return { role: "warn", word: "Degraded", why: odd.text };
  const hurt = cluster.hosts
    .map((host) => wlbsHostCondition(cluster, host, 0))
    .find(({ role }) => role === "bad" || role === "warn");
  const why = cluster.why ?? hurt?.why ?? null;
  return why ? { role: "warn", word: "Degraded", why } : { role: "ok", word: "Converged", why: null };
}

/** True when a host that reports converged no longer counts this one among its members. */
export function missedByPeers(cluster: WlbsCluster, host: WlbsHost): boolean {
  return cluster.hosts.some((peer) => {
    const status = peer.online && peer.hostId !== host.hostId ? peer.status : null;
    return status?.state === "converged" && !status.members.some((member) => member.hostId === host.hostId);
  });
}

/** One host. `now` is the controller's clock (`snapshot.at`), because `since` is. */
export function wlbsHostCondition(cluster: WlbsCluster, host: WlbsHost, now: number): Condition {
  const { status } = host;
  if (!host.online) return silentHost(cluster, host);
  if (!status)
    return {
      role: "unknown",
      word: "No news",
      why: `The agent on ${host.node} is connected but has not reported its state yet.`,
    };
  if (status.lastError) return { role: "bad", word: "Failing", why: status.lastError };
  const since = duration(now - status.since);
  switch (status.state) {
    case "stopped":
      return {
        role: "off",
        word: "Stopped",
        why: `Stopped for ${since}. Start host makes it take its share again.`,
      };
    case "suspended":
      return {
        role: "off",
        word: "Suspended",
        why: `Suspended for ${since}. It heeds no command but resume, then it can be started.`,
      };
    case "draining":
      return { role: "active", word: "Draining", why: `Draining for ${since}: ${drainText(status, now)}` };
    case "converging":
      return {
        role: "active",
        word: "Converging",
        why: `Converging for ${since}: ${status.cause ?? "agreeing with the other hosts"}.`,
      };
    case "converged":
      return convergedHost(host, status);
  }
}

/** What a drain waits for, how long that may take, and when the rest is cut. */
export function drainText(status: WlbsHostStatus, now: number): string {
  const { drain } = status;
  const open = drain?.openConnections ?? status.openConnections;
  const left = `${plural(open, "connection")} left`;
  const guess =
    drain?.estimateS === null || drain?.estimateS === undefined
      ? ""
      : `, about ${duration(drain.estimateS * 1000)} if they go on ending like this`;
  const cut =
    drain?.deadline === null || drain?.deadline === undefined
      ? "Nothing is cut."
      : `The rest is cut in ${duration(drain.deadline - now)}.`;
  return `${left}${guess}. ${cut}`;
}

function silentHost(cluster: WlbsCluster, host: WlbsHost): Condition {
  if (missedByPeers(cluster, host)) {
    return {
      role: "bad",
      word: "Lost",
      why: `The other hosts no longer hear ${host.node} and have taken over its buckets. Look at its power, network and agent.`,
    };
  }
  const heard = cluster.hosts.some(
    (peer) => peer.online && peer.status?.members.some((member) => member.hostId === host.hostId),
  );
  const peers = heard ? " Its peers still hear it, so it goes on serving." : "";
  return { role: "unknown", word: "No news", why: `The controller hears nothing from ${host.node}.${peers}` };
}

function drainingText(status: WlbsHostStatus): string {
  const buckets = plural(status.drainingCount, "bucket");
  return status.openConnections > 0
    ? `Keeps its open connections in ${buckets} that now belong to other hosts.`
    : `Lets go of ${buckets} that now belong to other hosts.`;
}

function convergedHost(host: WlbsHost, status: WlbsHostStatus): Condition {
  if (!status.leaseAlive) {
    return {
      role: "bad",
      word: "No lease",
      why: `The kernel lease of ${host.node} has run out, so it accepts no new connections. Look at its agent.`,
    };
  }
  const failing = status.rules.filter(({ health, state }) => health === "failing" && state === "enabled");
  if (failing.length > 0) {
    return {
      role: "warn",
      word: "Probe fails",
      why: `${host.node} takes no new clients of ${failing.map(({ name }) => name).join(", ")}: ${failing[0]?.healthText ?? "the probe gives no reason"}.`,
    };
  }
  if (status.drainingCount > 0) {
    return {
      role: "ok",
      word: "Converged",
      why: drainingText(status),
    };
  }
  return { role: "ok", word: "Converged", why: null };
}
