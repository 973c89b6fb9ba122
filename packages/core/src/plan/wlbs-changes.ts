/** What a new WLBS policy changes, in sentences for the person who applies it. */
import { isSameJson } from "../fleet/index.ts";
import type { ClusterHost, Vip, WlbsPolicy } from "../wlbs/index.ts";
import { ruleChanges, ruleText } from "./wlbs-rule-changes.ts";

/** One sentence per difference, the cluster first, then hosts and port rules. Empty when the policies are equal. */
export function wlbsChanges(before: WlbsPolicy, after: WlbsPolicy): string[] {
  return [
    ...clusterLines(before, after),
    ...vipLines(before.vips, after.vips),
    ...compare(
      byName(before.hosts, ({ node }) => node),
      byName(after.hosts, ({ node }) => node),
      {
        added: (host) => `host ${host.node} joins with ID ${host.hostId} at ${host.dedicatedIp}`,
        removed: (host) => `host ${host.node} (ID ${host.hostId}) leaves`,
        changed: hostLines,
      },
    ),
    ...compare(
      byName(before.rules, ({ name }) => name),
      byName(after.rules, ({ name }) => name),
      {
        added: (rule) => `port rule ${rule.name} is added: ${ruleText(rule)}`,
        removed: (rule) => `port rule ${rule.name} is removed: its traffic goes to the default host`,
        changed: (old, rule) => ruleChanges(old, rule, after.hosts),
      },
    ),
  ];
}

function clusterLines(before: WlbsPolicy, after: WlbsPolicy): string[] {
  const texts: [string, (policy: WlbsPolicy) => string][] = [
    ["cluster", ({ cluster }) => cluster],
    ["full Internet name", ({ internetName }) => internetName ?? "none"],
    ["delivery mode", ({ mode }) => mode],
    ["cluster MAC", ({ clusterMac }) => clusterMac ?? "none"],
    [
      "heartbeat",
      ({ heartbeat: { periodMs, tolerance } }) =>
        `${periodMs} ms x ${tolerance} (a dead host is found in ${(periodMs * tolerance) / 1000} s)`,
    ],
    ["heartbeat group", ({ heartbeatGroup, heartbeatPort }) => `${heartbeatGroup} port ${heartbeatPort}`],
    [
      "at a partition",
      ({ partition }) => (partition === "serve" ? "every part serves" : "only the majority serves"),
    ],
    ["ping of a virtual IP", ({ filterIcmp }) => `answered by ${filterIcmp ? "one host" : "every host"}`],
    ["seed of the bucket hash", ({ hashSeed }) => String(hashSeed)],
  ];
  return texts.flatMap(([what, text]) => becomes(what, text(before), text(after)));
}

function vipLines(before: readonly Vip[], after: readonly Vip[]): string[] {
  const primary = becomes("primary virtual IP", before[0]?.address ?? "none", after[0]?.address ?? "none");
  const rest = compare(
    byName(before, ({ address }) => address),
    byName(after, ({ address }) => address),
    {
      added: ({ address, prefixLength }) => `virtual IP ${address}/${prefixLength} is added`,
      removed: ({ address }) => `virtual IP ${address} is removed: its connections end`,
      changed: (old, vip) =>
        becomes(`prefix of virtual IP ${vip.address}`, `/${old.prefixLength}`, `/${vip.prefixLength}`),
    },
  );
  if (primary.length > 0 || rest.length > 0) return [...primary, ...rest];
  return isSameJson(before, after) ? [] : ["the virtual IPs are listed in another order"];
}

function hostLines(before: ClusterHost, after: ClusterHost): string[] {
  const texts: [string, (host: ClusterHost) => string][] = [
    ["host ID", ({ hostId }) => String(hostId)],
    ["interface", (host) => host.interface],
    ["dedicated IP", ({ dedicatedIp, prefixLength }) => `${dedicatedIp}/${prefixLength}`],
    ["initial state", ({ initialState }) => initialState],
    ["suspended state over a restart", ({ retainSuspended }) => (retainSuspended ? "kept" : "forgotten")],
  ];
  return texts.flatMap(([what, text]) => becomes(`${what} of host ${after.node}`, text(before), text(after)));
}

function becomes(what: string, before: string, after: string): string[] {
  return before === after ? [] : [`${what}: ${before} becomes ${after}`];
}

interface Words<T> {
  added(item: T): string;
  removed(item: T): string;
  changed(before: T, after: T): string[];
}

function byName<T>(items: readonly T[], nameOf: (item: T) => string): Map<string, T> {
  return new Map(items.map((item) => [nameOf(item), item]));
}

function compare<T>(before: Map<string, T>, after: Map<string, T>, words: Words<T>): string[] {
  const removed = [...before].filter(([name]) => !after.has(name)).map(([, item]) => words.removed(item));
  const others = [...after].flatMap(([name, item]) => {
    const old = before.get(name);
    return old === undefined ? [words.added(item)] : words.changed(old, item);
  });
  return [...removed, ...others];
}
