/** From a WLBS cluster of the fleet file to core's intent. */
import { canonicalAddress } from "@bulkhead/core/fleet";
import type { RuleIntent, WlbsIntent } from "@bulkhead/core/plan";
import type { Probe } from "@bulkhead/core/wlbs";
import { canonicalCidr, mapValues } from "./intent-parts.ts";
import type { FleetFile } from "./schema.ts";
import { type FileProbe, statusRange } from "./schema-probe.ts";
import { defaultRules, portRange } from "./schema-wlbs.ts";

/**
 * Heartbeat presets. `default` finds a dead host in 0.5 s; `fast` in 0.3 s, the fastest that gave no false alarm on a loaded
 * machine (100 ms beats, 3 missed); `nlb` is NLB's own 5 x 1 s (KB 193601).
 */
export const heartbeatPresets = {
  default: { periodMs: 125, tolerance: 4 },
  fast: { periodMs: 100, tolerance: 3 },
  nlb: { periodMs: 1000, tolerance: 5 },
} as const;

const timeoutMsDefault = 1000;

type FileCluster = FleetFile["wlbs"][string];
type FileRule = NonNullable<FileCluster["rules"]>[string];

export function toWlbs(cluster: FileCluster): WlbsIntent {
  const { heartbeat } = cluster;
  return {
    vips: cluster.vips.map(canonicalCidr),
    mode: cluster.mode,
    clusterMac: cluster.clusterMac?.toLowerCase().replaceAll("-", ":") ?? null,
    internetName: cluster.internetName ?? null,
    heartbeat: typeof heartbeat === "string" ? heartbeatPresets[heartbeat] : heartbeat,
    partition: cluster.partition,
    filterIcmp: cluster.filterIcmp,
    hosts: mapValues(cluster.hosts, (host) => ({ ...host, dedicatedIp: canonicalCidr(host.dedicatedIp) })),
    rules: mapValues(cluster.rules ?? defaultRules, toRule),
  };
}

function toRule({ ports, vip, weights, priorities, probe, ...same }: FileRule): RuleIntent {
  const range = portRange(ports);
  if (range === null) throw new Error(`the schema let the ports ${JSON.stringify(ports)} through`);
  return {
    ...same,
    ...range,
    vip: vip === "all" ? null : canonicalAddress(vip),
    weights: weights ?? null,
    priorities: priorities ?? null,
    probe: probe === undefined ? null : toProbe(probe, range.startPort),
  };
}

function toProbe({ tcp, http, script }: FileProbe, firstPort: number): Probe {
  if (tcp !== undefined) return { ...timing(tcp), check: { kind: "tcp", port: tcp.port ?? firstPort } };
  if (script !== undefined)
    return { ...timing(script), check: { kind: "script", command: script.command, args: script.args } };
  const range = http && statusRange(http.status);
  if (!http || !range) throw new Error("the schema let a probe through that asks in no way");
  return {
    ...timing(http),
    check: {
      kind: "http",
      port: http.port ?? firstPort,
      path: http.path,
      host: http.host ?? null,
      ...range,
      bodyContains: http.contains ?? null,
    },
  };
}

/** Of a probe that says nothing of it, with this period. */
export function timeoutMsFor(periodMs: number): number {
  return Math.min(timeoutMsDefault, periodMs);
}

function timing(probe: NonNullable<FileProbe["tcp"] | FileProbe["script"]>): Omit<Probe, "check"> {
  const { periodMs, rise, fall, whenAllFail } = probe;
  return { periodMs, timeoutMs: probe.timeoutMs ?? timeoutMsFor(periodMs), rise, fall, whenAllFail };
}
