/** The figures of a host as metrics: help, labels, and how to read them of a status. Pure; `metrics-server.ts` offers them. */
import type { FlowCount, HostState, MemberView, RuleView, WlbsStatus } from "@bulkhead/core/wlbs";

/** A metric without its name. */
export interface Metric {
  kind: "counter" | "gauge";
  help: string;
  labels: readonly string[];
  read(status: WlbsStatus): Row[];
}

export interface Row {
  labels: Record<string, string>;
  value: number;
}

const one = (value: number): Row[] => [{ labels: {}, value }];
const flag = (on: boolean): number => (on ? 1 : 0);

const states: readonly HostState[] = ["stopped", "suspended", "converging", "converged", "draining"];

/** Buckets that one row of `bucketGroups` stands for. */
const groupBuckets = 256;

function packets(count: FlowCount, labels: Record<string, string> = {}): Row[] {
  return [
    { labels: { ...labels, verdict: "accepted" }, value: count.acceptedPackets },
    { labels: { ...labels, verdict: "drained" }, value: count.drainedPackets },
    { labels: { ...labels, verdict: "foreign" }, value: count.foreignPackets },
  ];
}

function bytes(count: FlowCount, labels: Record<string, string> = {}): Row[] {
  return [
    { labels: { ...labels, verdict: "accepted" }, value: count.acceptedBytes },
    { labels: { ...labels, verdict: "drained" }, value: count.drainedBytes },
    { labels: { ...labels, verdict: "foreign" }, value: count.foreignBytes },
  ];
}

function allPackets({ traffic }: WlbsStatus): Row[] {
  const rest = {
    stray: traffic.strayPackets,
    unleased: traffic.unleasedPackets,
    blocked: traffic.blockedPackets,
    fragment: traffic.fragmentPackets,
    forwarded: traffic.forwardedPackets,
  };
  return [
    ...packets(traffic),
    ...Object.entries(rest).map(([verdict, value]) => ({ labels: { verdict }, value })),
  ];
}

const perRule =
  (value: (rule: RuleView) => number) =>
  ({ rules }: WlbsStatus): Row[] =>
    rules.map((rule) => ({ labels: { rule: rule.name }, value: value(rule) }));

const perPeer =
  (value: (member: MemberView) => number) =>
  ({ members, hostId }: WlbsStatus): Row[] =>
    members
      .filter((member) => member.hostId !== hostId)
      .map((member) => ({ labels: { peer: member.node }, value: value(member) }));

const traffic = {
  packets_total: {
    kind: "counter",
    help: "Packets to the virtual IPs, by what the kernel did with them.",
    labels: ["verdict"],
    read: allPackets,
  },
  bytes_total: {
    kind: "counter",
    help: "Bytes to the virtual IPs, by what the kernel did with them.",
    labels: ["verdict"],
    read: (s) => bytes(s.traffic),
  },
  rule_packets_total: {
    kind: "counter",
    help: "Packets by port rule.",
    labels: ["rule", "verdict"],
    read: (s) => s.traffic.rules.flatMap((rule) => packets(rule, { rule: rule.name })),
  },
  rule_bytes_total: {
    kind: "counter",
    help: "Bytes by port rule.",
    labels: ["rule", "verdict"],
    read: (s) => s.traffic.rules.flatMap((rule) => bytes(rule, { rule: rule.name })),
  },
  vip_packets_total: {
    kind: "counter",
    help: "Packets by virtual IP.",
    labels: ["vip", "verdict"],
    read: (s) => s.traffic.vips.flatMap((vip) => packets(vip, { vip: vip.address })),
  },
  vip_bytes_total: {
    kind: "counter",
    help: "Bytes by virtual IP.",
    labels: ["vip", "verdict"],
    read: (s) => s.traffic.vips.flatMap((vip) => bytes(vip, { vip: vip.address })),
  },
  bucket_group_accepted_packets_total: {
    kind: "counter",
    help: "Accepted packets by group of 256 buckets.",
    labels: ["buckets"],
    read: bucketGroups,
  },
} satisfies Record<string, Metric>;

function bucketGroups({ traffic: { bucketGroups: groups } }: WlbsStatus): Row[] {
  return (groups ?? []).map((value, group) => {
    const first = group * groupBuckets;
    return { labels: { buckets: `${first}-${first + groupBuckets - 1}` }, value };
  });
}

const serving = {
  open_connections: {
    kind: "gauge",
    help: "TCP connections to the virtual IPs that end on this host.",
    labels: [],
    read: (s) => one(s.openConnections),
  },
  rule_open_connections: {
    kind: "gauge",
    help: "TCP connections by port rule.",
    labels: ["rule"],
    read: perRule((rule) => rule.openConnections),
  },
  rule_owned_buckets: {
    kind: "gauge",
    help: "Buckets of the rule that this host owns.",
    labels: ["rule"],
    read: perRule((rule) => rule.ownedCount),
  },
  rule_draining_buckets: {
    kind: "gauge",
    help: "Buckets of the rule that other hosts own, but whose old connections are here.",
    labels: ["rule"],
    read: perRule((rule) => rule.drainingCount),
  },
  rule_enabled: {
    kind: "gauge",
    help: "1 unless the rule is disabled or draining on this host by command.",
    labels: ["rule"],
    read: perRule((rule) => flag(rule.state === "enabled")),
  },
  rule_probe_failing: {
    kind: "gauge",
    help: "1 while the health probe of the rule fails on this host.",
    labels: ["rule"],
    read: perRule((rule) => flag(rule.health === "failing")),
  },
} satisfies Record<string, Metric>;

const membership = {
  state: {
    kind: "gauge",
    help: "1 for the state that the host is in.",
    labels: ["state"],
    read: (s) => states.map((state) => ({ labels: { state }, value: flag(s.state === state) })),
  },
  default_host: {
    kind: "gauge",
    help: "1 on the host that takes traffic without a port rule.",
    labels: [],
    read: (s) => one(flag(s.isDefaultHost)),
  },
  members: {
    kind: "gauge",
    help: "Hosts in the cluster as this host sees it.",
    labels: [],
    read: (s) => one(s.members.filter(({ isMember }) => isMember).length),
  },
  convergences_total: {
    kind: "counter",
    help: "Convergences since the host joined.",
    labels: [],
    read: (s) => one(s.convergenceCount),
  },
  lease_renewals_total: {
    kind: "counter",
    help: "Renewals of the kernel lease.",
    labels: [],
    read: (s) => one(s.traffic.leaseRenewals),
  },
  lease_alive: {
    kind: "gauge",
    help: "0 when the kernel has had no lease for a second.",
    labels: [],
    read: (s) => one(flag(s.leaseAlive)),
  },
} satisfies Record<string, Metric>;

const heartbeats = {
  heartbeat_lost_ratio: {
    kind: "gauge",
    help: "Share of the last 100 heartbeats of a peer that were lost.",
    labels: ["peer"],
    read: perPeer((peer) => peer.lostPercent / 100),
  },
  heartbeat_jitter_seconds: {
    kind: "gauge",
    help: "Mean deviation of a peer's heartbeats from their period.",
    labels: ["peer"],
    read: perPeer((peer) => peer.jitterMs / 1_000),
  },
  heartbeat_age_seconds: {
    kind: "gauge",
    help: "Since the last heartbeat of a peer.",
    labels: ["peer"],
    read: perPeer((peer) => peer.lastHeardMsAgo / 1_000),
  },
  heartbeats_rejected_total: {
    kind: "counter",
    help: "Heartbeats that were dropped, by reason.",
    labels: ["reason"],
    read: (s) => Object.entries(s.rejectedBeats).map(([reason, value]) => ({ labels: { reason }, value })),
  },
  findings: {
    kind: "gauge",
    help: "Findings that are open, by kind and severity.",
    labels: ["kind", "severity"],
    read: findings,
  },
} satisfies Record<string, Metric>;

function findings({ findings: open }: WlbsStatus): Row[] {
  const counts = new Map<string, Row>();
  for (const { kind, severity } of open) {
    const row = counts.get(kind) ?? { labels: { kind, severity }, value: 0 };
    counts.set(kind, { ...row, value: row.value + 1 });
  }
  return [...counts.values()];
}

/** By name, without the prefix `bulkhead_wlbs_`. */
export const metrics: Readonly<Record<string, Metric>> = {
  ...traffic,
  ...serving,
  ...membership,
  ...heartbeats,
};
