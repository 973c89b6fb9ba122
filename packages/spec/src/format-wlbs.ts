/** Writes a WLBS cluster: what has its default value is left out, so that what is said stands out. */
import type { RuleIntent, WlbsIntent } from "@bulkhead/core/plan";
import type { Probe } from "@bulkhead/core/wlbs";
import { mapValues } from "./intent-parts.ts";
import { heartbeatPresets, timeoutMsFor } from "./intent-wlbs.ts";

/** Undefined fields are not written. Intents of earlier plans lack the fields that came later: they have their defaults. */
export function fromWlbs(cluster: WlbsIntent) {
  return {
    vips: cluster.vips,
    mode: cluster.mode,
    clusterMac: cluster.clusterMac ?? undefined,
    internetName: cluster.internetName ?? undefined,
    heartbeat: presetName(cluster.heartbeat) ?? cluster.heartbeat,
    partition: unless(cluster.partition, "serve"),
    filterIcmp: unless(cluster.filterIcmp, false),
    hosts: mapValues(
      cluster.hosts,
      ({ id, interface: card, dedicatedIp, initialState, retainSuspended }) => ({
        id,
        interface: card,
        dedicatedIp,
        initialState,
        retainSuspended: unless(retainSuspended, true),
      }),
    ),
    rules: mapValues(cluster.rules, fromRule),
  };
}

function fromRule(rule: RuleIntent) {
  const { startPort, endPort, probe } = rule;
  return {
    vip: rule.vip ?? undefined,
    ports: startPort === endPort ? startPort : `${startPort}-${endPort}`,
    protocol: rule.protocol,
    mode: unless(rule.mode, "multiple"),
    affinity: rule.affinity,
    affinityTimeoutMin: unless(rule.affinityTimeoutMin, 0),
    weights: rule.weights ?? undefined,
    priorities: rule.priorities ?? undefined,
    probe: probe ? fromProbe(probe, rule) : undefined,
  };
}

function fromProbe(probe: Probe, rule: RuleIntent) {
  const { check } = probe;
  const timing = {
    periodMs: unless(probe.periodMs, 1000),
    timeoutMs: unless(probe.timeoutMs, timeoutMsFor(probe.periodMs)),
    rise: unless(probe.rise, 2),
    fall: unless(probe.fall, 2),
    whenAllFail: unless(probe.whenAllFail, "serve"),
  };
  if (check.kind === "script")
    return {
      script: { command: check.command, args: check.args.length > 0 ? check.args : undefined, ...timing },
    };
  const port = rule.protocol === "udp" ? check.port : unless(check.port, rule.startPort);
  if (check.kind === "tcp") return { tcp: { port, ...timing } };
  const { path, host, statusMin, statusMax, bodyContains } = check;
  const status = unless(`${statusMin}-${statusMax}`, "200-399");
  return {
    http: { path, port, host: host ?? undefined, status, contains: bodyContains ?? undefined, ...timing },
  };
}

function unless<T>(value: T, usual: NoInfer<T>): T | undefined {
  return value === usual ? undefined : value;
}

function presetName(heartbeat: WlbsIntent["heartbeat"]): string | null {
  const found = Object.entries(heartbeatPresets).find(
    ([, preset]) => preset.periodMs === heartbeat.periodMs && preset.tolerance === heartbeat.tolerance,
  );
  return found?.[0] ?? null;
}
