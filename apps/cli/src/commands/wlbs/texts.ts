/** WLBS clusters as text for a terminal. Pure: times come from the snapshot. */
import type { ClusterFinding, HeartbeatCell, WlbsHostSnapshot, WlbsSnapshot } from "@bulkhead/api";
import { ago, table } from "../../output.ts";

/** `at`: the time of the snapshot, epoch milliseconds. */
export function queryText(cluster: WlbsSnapshot, at: number): string {
  const { name, state, why, vips, mode, hosts, rules, epoch, findings } = cluster;
  const addresses = vips.map(({ address }) => address).join(", ");
  const rows = hosts.map((host) => hostRow(host, at));
  const errors = findings.map((finding) => `${finding.severity}: ${finding.text}`);
  return [
    `${name}: ${state}, ${mode}, virtual IP ${addresses}, epoch ${epoch ?? "none"}`,
    ...(why === null ? [] : [why]),
    ...errors,
    table(["id", "host", "state", "", "buckets", "connections", "packets/s", ""], rows),
    ...rules.map((rule) => `rule ${rule.name}: ${ruleText(cluster, rule)}`),
  ].join("\n");
}

function hostRow({ node, hostId, online, isFresh, status, statusAt, rates }: WlbsHostSnapshot, at: number) {
  const isOld = online && !isFresh && statusAt !== null;
  const state = online ? (isFresh ? (status?.state ?? "unknown") : "unknown") : "unreachable";
  return [
    String(hostId),
    node,
    state,
    isFresh && status?.isDefaultHost ? "default" : "",
    status && isFresh ? String(status.ownedCount) : "-",
    status && isFresh ? String(status.drain?.openConnections ?? status.openConnections) : "-",
    rates === null || !isFresh ? "-" : rates.acceptedPacketsPerS.toFixed(0),
    isOld ? `reported ${ago(statusAt, at)}` : (isFresh && (status?.cause ?? status?.lastError)) || "",
  ];
}

function ruleText({ hosts }: WlbsSnapshot, rule: WlbsSnapshot["rules"][number]): string {
  const ports = rule.startPort === rule.endPort ? `${rule.startPort}` : `${rule.startPort}-${rule.endPort}`;
  const head = `${rule.vip ?? "all"}:${ports} ${rule.protocol}, ${rule.mode}`;
  const total = rule.distribution.reduce((sum, { buckets }) => sum + buckets, 0);
  const shares = rule.distribution.map(({ hostId, buckets }) => {
    const node = hosts.find((host) => host.hostId === hostId)?.node ?? "nobody";
    return `${node} ${((buckets / total) * 100).toFixed(1)} %`;
  });
  const odd = hosts.flatMap(({ node, isFresh, status }) => {
    const view = isFresh ? status?.rules.find(({ name }) => name === rule.name) : undefined;
    if (!view) return [];
    const failing =
      view.health === "failing" ? [`failing on ${node} (${view.healthText ?? "no answer"})`] : [];
    return [...(view.state === "enabled" ? [] : [`${view.state} on ${node}`]), ...failing];
  });
  return [head, ...shares, ...odd].join(", ");
}

export function historyText({ name, hosts, history }: WlbsSnapshot): string {
  if (history.length === 0) return `No convergence of ${name} is known: no host has reported one.`;
  const nodeOf = (hostId: number) => hosts.find((host) => host.hostId === hostId)?.node ?? `host ${hostId}`;
  const rows = history.map(({ startedAt, endedAt, cause, initiator, epoch, members, text }, index) => [
    new Date(startedAt).toISOString(),
    endedAt === null ? unendedText(index) : `${((endedAt - startedAt) / 1000).toFixed(1)} s`,
    cause,
    initiator === 0 ? "-" : nodeOf(initiator),
    epoch,
    members.map(nodeOf).join(" "),
    text,
  ]);
  return table(["began", "took", "cause", "by", "epoch", "members", ""], rows);
}

/** A convergence ends converged, or with the beginning of the next one. */
function unendedText(index: number): string {
  return index === 0 ? "lasts" : "begun anew";
}

export function findingsText({ name, findings }: WlbsSnapshot, at: number): string {
  if (findings.length === 0) return `Nothing is wrong with ${name}.`;
  return findings.map((finding) => findingText(finding, at)).join("\n\n");
}

function findingText(
  { kind, severity, text, cure, evidence, since, hosts }: ClusterFinding,
  at: number,
): string {
  return [
    `${severity} ${kind}: ${text}`,
    `  since: ${ago(since, at)} (${new Date(since).toISOString()})`,
    `  hosts: ${hosts.join(", ")}`,
    ...evidence.map((line) => `  seen:  ${line}`),
    `  cure:  ${cure}`,
  ].join("\n");
}

/** Rows listen, columns speak. */
export function heartbeatsText({ hosts, heartbeats }: WlbsSnapshot): string {
  const rows = hosts.map((listener) => [
    `${listener.hostId} ${listener.node}`,
    ...hosts.map((speaker) => {
      const cell = heartbeats.find(
        (one) => one.listener === listener.hostId && one.speaker === speaker.hostId,
      );
      return cell ? cellText(cell) : ".";
    }),
  ]);
  const legend =
    "Rows listen, columns speak: lost beats, jitter; MAC! = frames to the cluster MAC do not arrive; ? = cannot be told.";
  return [table(["hears", ...hosts.map(({ hostId }) => String(hostId))], rows), legend].join("\n");
}

function cellText({ verdict, lostPercent, jitterMs, probeHeard }: HeartbeatCell): string {
  if (verdict !== "heard") return verdict === "unheard" ? "UNHEARD" : "?";
  const blocked = probeHeard === false ? " MAC!" : "";
  return `${(lostPercent ?? 0).toFixed(0)}% ${(jitterMs ?? 0).toFixed(1)}ms${blocked}`;
}
