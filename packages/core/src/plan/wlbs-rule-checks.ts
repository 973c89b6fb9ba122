/** Port rules: R10 to R14, and what a rule says about hosts, virtual IPs and probes. One function per rule. */
import { equalLoadWeight, type Refusal } from "../fleet/index.ts";
import { bareAddress } from "./facts.ts";
import { refusal, warning } from "./refuse.ts";
import type { Intent, RuleIntent, WlbsIntent } from "./types.ts";

const rulesMax = 32;

/** R10: at most 32 rules per cluster, none overlap on a virtual IP and a protocol, and each speaks of an own virtual IP. */
export function checkR10(intent: Intent): Refusal[] {
  return Object.entries(intent.wlbs).flatMap(([cluster, { rules, vips }]) => {
    const list = Object.entries(rules);
    const overlaps = list.flatMap(([name, rule], index) =>
      list
        .slice(index + 1)
        .filter(([, other]) => overlap(rule, other))
        .map(([other]) => overlapRefusal(cluster, name, other)),
    );
    const own = vips.map(bareAddress);
    const strange = list.flatMap(([name, { vip }]) =>
      vip === null || own.includes(vip) ? [] : [foreignVip({ cluster, name }, vip)],
    );
    return [...(list.length > rulesMax ? [tooMany(cluster, list.length)] : []), ...overlaps, ...strange];
  });
}

/** "All" covers every virtual IP, so a rule for all and a rule for one overlap too. */
function overlap(a: RuleIntent, b: RuleIntent): boolean {
  const sameVip = a.vip === null || b.vip === null || a.vip === b.vip;
  const sameProtocol = a.protocol === "both" || b.protocol === "both" || a.protocol === b.protocol;
  return sameVip && sameProtocol && a.startPort <= b.endPort && b.startPort <= a.endPort;
}

function overlapRefusal(cluster: string, name: string, other: string): Refusal {
  return refusal("R10", [...objectsOf({ cluster, name }), ["port-rule", other]], {
    message: `Port rules ${name} and ${other} of ${cluster} overlap`,
    reason: "A packet must match one rule only (WLBS_PORT_OVERLAP, DOMAIN 1.3).",
    cure: `Change the ports, the protocol or the virtual IP of ${other}.`,
  });
}

function tooMany(cluster: string, count: number): Refusal {
  return refusal("R10", [["wlbs-cluster", cluster]], {
    message: `WLBS cluster ${cluster} has ${count} port rules; ${rulesMax} is the most`,
    reason: `WLBS carries ${rulesMax} port rules and the default rule (DOMAIN 1.3).`,
    cure: "Join port ranges, or split the cluster.",
  });
}

function foreignVip(at: RulePlace, vip: string): Refusal {
  return refusal("R10", [...objectsOf(at), ["address", vip]], {
    message: `Port rule ${at.name} is for ${vip}, which is not a virtual IP of ${at.cluster}`,
    reason: "A rule covers one virtual IP of its cluster, or all of them.",
    cure: `Write vip: all, or add ${vip} to wlbs.${at.cluster}.vips.`,
  });
}

/** R11: single mode: each host has a handling priority of its own. */
export function checkR11(intent: Intent): Refusal[] {
  return eachRule(intent, (at, rule, { hosts }) => {
    if (rule.mode !== "single" || rule.priorities === null) return [];
    const { priorities } = rule;
    const missing = Object.keys(hosts).filter((node) => priorities[node] === undefined);
    const owners = new Map<number, string>();
    const duplicates = Object.entries(priorities).flatMap(([node, priority]) => {
      const other = owners.get(priority);
      owners.set(priority, node);
      return other === undefined ? [] : [samePriority(at, { priority, node, other })];
    });
    return [...(missing.length > 0 ? [noPriority(at, missing)] : []), ...duplicates];
  });
}

function samePriority(at: RulePlace, clash: { priority: number; node: string; other: string }): Refusal {
  return refusal("R11", [...objectsOf(at), ["wlbs-host", clash.other], ["wlbs-host", clash.node]], {
    message: `Handling priority ${clash.priority} of rule ${at.name} in ${at.cluster} is given to ${clash.other} and ${clash.node}`,
    reason:
      "The one host that takes the traffic is found by priority; with two of one priority a cluster does not converge.",
    cure: `Give ${clash.node} another priority from 1 to 32, or leave priorities out: then the host IDs count.`,
  });
}

function noPriority(at: RulePlace, missing: string[]): Refusal {
  return refusal("R11", objectsOf(at), {
    message: `Rule ${at.name} of ${at.cluster} has priorities, but none for ${missing.join(", ")}`,
    reason: "A host without a priority could never be told whether to take the traffic.",
    cure: `Name ${missing.join(", ")} under priorities as well, or leave priorities out: then the host IDs count.`,
  });
}

/** R12: multiple mode: somebody takes the traffic. */
export function checkR12(intent: Intent): Refusal[] {
  return eachRule(intent, (at, rule, { hosts }) => {
    const total = Object.keys(hosts).reduce(
      (sum, node) => sum + (rule.weights?.[node] ?? equalLoadWeight),
      0,
    );
    if (rule.mode !== "multiple" || total > 0 || Object.keys(hosts).length === 0) return [];
    return [
      refusal("R12", objectsOf(at), {
        message: `All hosts have load weight 0 in rule ${at.name} of ${at.cluster}`,
        reason: "Weight 0 takes nothing, so nobody would answer (DOMAIN 1.3).",
        cure: "Give one host a weight above 0; to block the ports, write mode: disabled.",
      }),
    ];
  });
}

/** Weights and priorities name hosts of the cluster: a misspelt one would count for nobody. */
export function checkRuleHosts(intent: Intent): Refusal[] {
  return eachRule(intent, (at, rule, { hosts }) => {
    const unknownTo = (field: "weights" | "priorities", number: string) =>
      Object.keys(rule[field] ?? {})
        .filter((node) => hosts[node] === undefined)
        .map((node) =>
          refusal(number, [...objectsOf(at), ["node", node]], {
            message: `Rule ${at.name} names ${node} under ${field}, which is not a host of ${at.cluster}`,
            reason: "The value would have no effect, and the host that is meant would have another one.",
            cure: `Correct the name, or remove it; the hosts are ${Object.keys(hosts).join(", ")}.`,
          }),
        );
    return [...unknownTo("weights", "R12"), ...unknownTo("priorities", "R11")];
  });
}

/** R13: warns of fragments: they carry no port, so affinity none sends them to the wrong host. */
export function checkR13(intent: Intent): Refusal[] {
  return eachRule(intent, (at, rule) =>
    rule.mode !== "multiple" || rule.affinity !== "none" || rule.protocol === "tcp"
      ? []
      : [
          warning("R13", objectsOf(at), {
            message: `Port rule ${at.name} of ${at.cluster} balances UDP with affinity none`,
            reason:
              "IP fragments have no port, so they may reach a host that does not own the client (KB 229064).",
            cure: "Use affinity single or network for UDP, or keep datagrams below the MTU.",
          }),
        ],
  );
}

/** R14: extended affinity only where there is affinity. */
export function checkR14(intent: Intent): Refusal[] {
  return eachRule(intent, (at, rule) => {
    if (rule.affinityTimeoutMin === 0) return [];
    const because =
      rule.mode !== "multiple"
        ? `is in ${rule.mode} mode`
        : rule.affinity === "none"
          ? "has affinity none"
          : null;
    if (because === null) return [];
    return [
      refusal("R14", objectsOf(at), {
        message: `Rule ${at.name} of ${at.cluster} has affinityTimeoutMin ${rule.affinityTimeoutMin}, but ${because}`,
        reason:
          "Extended affinity keeps a client on its host, which only multiple mode with affinity single or network does.",
        cure: "Remove affinityTimeoutMin, or write mode: multiple with affinity: single.",
      }),
    ];
  });
}

/** What a rule says and its mode ignores (DOMAIN 1.3): the author may believe that it counts. */
export function checkIgnored(intent: Intent): Refusal[] {
  return eachRule(intent, (at, rule) =>
    [
      ...(rule.weights !== null && rule.mode !== "multiple" ? ["weights"] : []),
      ...(rule.priorities !== null && rule.mode !== "single" ? ["priorities"] : []),
      ...(rule.probe !== null && rule.mode === "disabled" ? ["probe"] : []),
    ].map((field) =>
      warning("B-ignored", objectsOf(at), {
        message: `Rule ${at.name} of ${at.cluster} has ${field}, which ${rule.mode} mode ignores`,
        reason:
          "Weights belong to multiple mode, priorities to single mode, and a disabled rule has no service to probe.",
        cure: `Remove ${field} from ${at.name}, or correct its mode.`,
      }),
    ),
  );
}

/** A TCP or HTTP probe that asks a port of a UDP rule says nothing about the service behind it. */
export function checkProbe(intent: Intent): Refusal[] {
  return eachRule(intent, (at, { probe, protocol, startPort, endPort }) => {
    if (probe === null || probe.check.kind === "script" || protocol !== "udp") return [];
    const { port } = probe.check;
    if (port < startPort || port > endPort) return [];
    return [
      warning("B-probe", objectsOf(at), {
        message: `The probe of rule ${at.name} in ${at.cluster} asks TCP port ${port}, but the rule carries UDP only`,
        reason:
          "The UDP service can be down while something else answers on the TCP port, and the other way round.",
        cure: "Use a script that asks the UDP service, or make sure that one program serves both.",
      }),
    ];
  });
}

interface RulePlace {
  cluster: string;
  name: string;
}

function eachRule(
  intent: Intent,
  check: (at: RulePlace, rule: RuleIntent, wlbs: WlbsIntent) => Refusal[],
): Refusal[] {
  return Object.entries(intent.wlbs).flatMap(([cluster, wlbs]) =>
    Object.entries(wlbs.rules).flatMap(([name, rule]) => check({ cluster, name }, rule, wlbs)),
  );
}

function objectsOf({ cluster, name }: RulePlace): ["wlbs-cluster" | "port-rule", string][] {
  return [
    ["wlbs-cluster", cluster],
    ["port-rule", name],
  ];
}
