/**
 * `wlbs params` and `wlbs display`: the parameters that are in force, in the words of the fleet file (DOMAIN 1.1 to 1.3, 1.8).
 */
import type { PortRule, Probe, WlbsPolicy, WlbsStatus } from "../types.ts";
import { renderQuery } from "./text.ts";

function yes(on: boolean): string {
  return on ? "on" : "off";
}

function rows(pairs: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(...pairs.map(([name]) => name.length));
  return pairs.map(([name, value]) => `  ${name.padEnd(width)}  ${value}`);
}

/** One line of words for a probe. */
export function probeText({ check, periodMs, rise, fall, whenAllFail }: Probe): string {
  const what = {
    tcp: () => check.kind === "tcp" && `TCP connection to port ${check.port}`,
    http: () =>
      check.kind === "http" &&
      `GET ${check.path} on port ${check.port} answers ${check.statusMin}-${check.statusMax}${check.bodyContains === null ? "" : ` with "${check.bodyContains}"`}`,
    script: () => check.kind === "script" && `${check.command} exits with 0`,
  }[check.kind]();
  const all = whenAllFail === "serve" ? "go on serving" : "stop serving";
  return `${what}, every ${periodMs} ms, up after ${rise}, down after ${fall}; when it fails everywhere: ${all}`;
}

/** "80", "8080-8090". */
export function portText({ startPort, endPort }: Pick<PortRule, "startPort" | "endPort">): string {
  return startPort === endPort ? `${startPort}` : `${startPort}-${endPort}`;
}

/** How a rule shares its traffic, as `display` prints it. */
export function handlingText(rule: PortRule, hostId: number): string {
  if (rule.mode === "disabled") return "blocked on every host";
  if (rule.mode === "single") {
    const priority = rule.priorities.find((row) => row.hostId === hostId)?.priority;
    return `one host, handling priority ${priority ?? "unknown"} here`;
  }
  const equal = rule.weights.every(({ weight }) => weight === rule.weights[0]?.weight);
  const weight = rule.weights.find((row) => row.hostId === hostId)?.weight;
  const load = equal ? "equal load" : `load weight ${weight ?? "unknown"} here`;
  const extended = rule.affinityTimeoutMin > 0 ? ` extended ${rule.affinityTimeoutMin} min` : "";
  return `several hosts, ${load}, affinity ${rule.affinity}${extended}`;
}

function ruleLines(policy: WlbsPolicy, hostId: number): string[] {
  if (policy.rules.length === 0) return ["  no port rule: the default host takes everything"];
  return policy.rules.flatMap((rule) => {
    const head = `  ${rule.name}: ${rule.vip ?? "all virtual IPs"}, port ${portText(rule)}, ${rule.protocol === "both" ? "TCP and UDP" : rule.protocol.toUpperCase()}, ${handlingText(rule, hostId)}`;
    return rule.probe === null ? [head] : [head, `    probe: ${probeText(rule.probe)}`];
  });
}

/** The parameters of the policy in force, for the host with this ID. */
export function renderParams(policy: WlbsPolicy, hostId: number): string {
  const me = policy.hosts.find((host) => host.hostId === hostId);
  const { periodMs, tolerance } = policy.heartbeat;
  const cluster = rows([
    ["cluster", policy.cluster],
    ["full Internet name", policy.internetName ?? "none"],
    ["virtual IPs", policy.vips.map((vip) => `${vip.address}/${vip.prefixLength}`).join(", ")],
    ["mode", policy.mode],
    ["cluster MAC", policy.clusterMac ?? "none (direct)"],
    [
      "heartbeat",
      `every ${periodMs} ms, lost after ${tolerance} (${periodMs * tolerance} ms), to ${policy.heartbeatGroup}:${policy.heartbeatPort}`,
    ],
    [
      "partition",
      policy.partition === "majority" ? "majority: a minority stops" : "serve: every part goes on",
    ],
    ["FilterIcmp", yes(policy.filterIcmp)],
  ]);
  const host = rows([
    ["host ID (priority)", String(hostId)],
    ["dedicated IP", me ? `${me.dedicatedIp}/${me.prefixLength} on ${me.interface}` : "unknown"],
    [
      "initial state",
      me ? `${me.initialState}${me.retainSuspended ? ", suspended is retained" : ""}` : "unknown",
    ],
  ]);
  const hosts = policy.hosts.map((h) => `  ${String(h.hostId).padStart(2)}  ${h.node}  ${h.dedicatedIp}`);
  return [
    "Cluster parameters",
    ...cluster,
    "Host parameters",
    ...host,
    "Port rules",
    ...ruleLines(policy, hostId),
    "Hosts",
    ...hosts,
  ].join("\n");
}

/** Milliseconds of an epoch time as `2026-11-22 23:40:05.123Z`: UTC, for hosts of one cluster must be comparable. */
export function timeText(ms: number): string {
  return new Date(ms).toISOString().replace("T", " ");
}

function historyLines({ history }: WlbsStatus): string[] {
  if (history.length === 0) return ["  none yet"];
  return history.map(({ epoch, startedAt, endedAt, text }) => {
    const took = endedAt === null ? "not ended" : `${endedAt - startedAt} ms`;
    return `  ${timeText(startedAt)}  epoch ${epoch}  ${took}  ${text}`;
  });
}

/** Parameters, recent convergences, findings, and the answer to `query`. */
export function renderDisplay(policy: WlbsPolicy, status: WlbsStatus): string {
  const findings = status.findings.flatMap(({ severity, text, cure }) => [
    `  ${severity}: ${text}`,
    `    ${cure}`,
  ]);
  return [
    renderParams(policy, status.hostId),
    "Convergence history (UTC)",
    ...historyLines(status),
    ...(findings.length === 0 ? [] : ["Findings", ...findings]),
    "State",
    ...renderQuery(status)
      .split("\n")
      .map((line) => `  ${line}`),
  ].join("\n");
}
