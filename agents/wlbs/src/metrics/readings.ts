/** The figures of a host as rows of metrics: name, help, labels, value. Pure; `metrics-server.ts` offers them. */
import type { FlowCount, HostState, MemberView, RuleView, WlbsStatus } from "@bulkhead/core/wlbs";

export interface Metric {
  /** Without the prefix `bulkhead_wlbs_`. */
  name: string;
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

function metric(
  kind: Metric["kind"],
  name: string,
  help: string,
  read: Metric["read"],
  labels: string[] = [],
): Metric {
  return { kind, name, help, labels, read };
}

const traffic: readonly Metric[] = [
  metric(
    "counter",
    "packets_total",
    "Packets to the virtual IPs, by what the kernel did with them.",
    allPackets,
    ["verdict"],
  ),
  metric(
    "counter",
    "bytes_total",
    "Bytes to the virtual IPs, by what the kernel did with them.",
    (s) => bytes(s.traffic),
    ["verdict"],
  ),
  metric(
    "counter",
    "rule_packets_total",
    "Packets by port rule.",
    (s) => s.traffic.rules.flatMap((rule) => packets(rule, { rule: rule.name })),
    ["rule", "verdict"],
  ),
  metric(
    "counter",
    "rule_bytes_total",
    "Bytes by port rule.",
    (s) => s.traffic.rules.flatMap((rule) => bytes(rule, { rule: rule.name })),
    ["rule", "verdict"],
  ),
  metric(
    "counter",
    "vip_packets_total",
    "Packets by virtual IP.",
    (s) => s.traffic.vips.flatMap((vip) => packets(vip, { vip: vip.address })),
    ["vip", "verdict"],
  ),
  metric(
    "counter",
    "vip_bytes_total",
    "Bytes by virtual IP.",
    (s) => s.traffic.vips.flatMap((vip) => bytes(vip, { vip: vip.address })),
    ["vip", "verdict"],
  ),
  metric(
    "counter",
    "bucket_group_accepted_packets_total",
    "Accepted packets by group of 256 buckets.",
    bucketGroups,
    ["buckets"],
  ),
];

function bucketGroups({ traffic: { bucketGroups: groups } }: WlbsStatus): Row[] {
  return (groups ?? []).map((value, group) => {
    const first = group * groupBuckets;
    return { labels: { buckets: `${first}-${first + groupBuckets - 1}` }, value };
  });
}

const serving: readonly Metric[] = [
  metric("gauge", "open_connections", "TCP connections to the virtual IPs that end on this host.", (s) =>
    one(s.openConnections),
  ),
  metric(
    "gauge",
    "rule_open_connections",
    "TCP connections by port rule.",
    perRule((rule) => rule.openConnections),
    ["rule"],
  ),
  metric(
    "gauge",
    "rule_owned_buckets",
    "Buckets of the rule that this host owns.",
    perRule((rule) => rule.ownedCount),
    ["rule"],
  ),
  metric(
    "gauge",
    "rule_draining_buckets",
    "Buckets of the rule that other hosts own, but whose old connections are here.",
    perRule((rule) => rule.drainingCount),
    ["rule"],
  ),
  metric(
    "gauge",
    "rule_enabled",
    "1 unless the rule is disabled or draining on this host by command.",
    perRule((rule) => flag(rule.state === "enabled")),
    ["rule"],
  ),
  metric(
    "gauge",
    "rule_probe_failing",
    "1 while the health probe of the rule fails on this host.",
    perRule((rule) => flag(rule.health === "failing")),
    ["rule"],
  ),
];

const membership: readonly Metric[] = [
  metric(
    "gauge",
    "state",
    "1 for the state that the host is in.",
    (s) => states.map((state) => ({ labels: { state }, value: flag(s.state === state) })),
    ["state"],
  ),
  metric("gauge", "default_host", "1 on the host that takes traffic without a port rule.", (s) =>
    one(flag(s.isDefaultHost)),
  ),
  metric("gauge", "members", "Hosts in the cluster as this host sees it.", (s) =>
    one(s.members.filter(({ isMember }) => isMember).length),
  ),
  metric("counter", "convergences_total", "Convergences since the host joined.", (s) =>
    one(s.convergenceCount),
  ),
  metric("counter", "lease_renewals_total", "Renewals of the kernel lease.", (s) =>
    one(s.traffic.leaseRenewals),
  ),
  metric("gauge", "lease_alive", "0 when the kernel has had no lease for a second.", (s) =>
    one(flag(s.leaseAlive)),
  ),
  metric(
    "gauge",
    "heartbeat_lost_ratio",
    "Share of the last 100 heartbeats of a peer that were lost.",
    perPeer((peer) => peer.lostPercent / 100),
    ["peer"],
  ),
  metric(
    "gauge",
    "heartbeat_jitter_seconds",
    "Mean deviation of a peer's heartbeats from their period.",
    perPeer((peer) => peer.jitterMs / 1_000),
    ["peer"],
  ),
  metric(
    "gauge",
    "heartbeat_age_seconds",
    "Since the last heartbeat of a peer.",
    perPeer((peer) => peer.lastHeardMsAgo / 1_000),
    ["peer"],
  ),
  metric(
    "counter",
    "heartbeats_rejected_total",
    "Heartbeats that were dropped, by reason.",
    (s) => Object.entries(s.rejectedBeats).map(([reason, value]) => ({ labels: { reason }, value })),
    ["reason"],
  ),
  metric("gauge", "findings", "Findings that are open, by kind and severity.", findings, [
    "kind",
    "severity",
  ]),
];

function findings({ findings: open }: WlbsStatus): Row[] {
  const counts = new Map<string, Row>();
  for (const { kind, severity } of open) {
    const row = counts.get(kind) ?? { labels: { kind, severity }, value: 0 };
    counts.set(kind, { ...row, value: row.value + 1 });
  }
  return [...counts.values()];
}

export const metrics: readonly Metric[] = [...traffic, ...serving, ...membership];
