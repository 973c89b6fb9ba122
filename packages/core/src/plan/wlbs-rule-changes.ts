/** What changes in a port rule, in sentences. */
import type { ClusterHost, PortRule, Probe } from "../wlbs/index.ts";

/** What the rule does, in half a sentence: "TCP 443 on all virtual IPs, several hosts, affinity single". */
export function ruleText(rule: PortRule): string {
  return [`${portsText(rule)} on ${vipText(rule)}`, handlingText(rule)].join(", ");
}

/** `hosts` are those of the new policy: they name the host IDs. */
export function ruleChanges(before: PortRule, after: PortRule, hosts: readonly ClusterHost[]): string[] {
  const stays = new Set(before.weights.map(({ hostId }) => hostId));
  // Hosts that come and go have lines of their own; here only those count that stay.
  const common = hosts.filter(({ hostId }) => stays.has(hostId));
  const texts: [string, (rule: PortRule) => string][] = [
    ["ports", portsText],
    ["virtual IP", vipText],
    ["handling", handlingText],
    [
      "load weights",
      ({ weights }) => byHost(common, new Map(weights.map((row) => [row.hostId, row.weight]))),
    ],
    [
      "handling priorities",
      ({ priorities }) => byHost(common, new Map(priorities.map((row) => [row.hostId, row.priority]))),
    ],
    ["probe", ({ probe }) => (probe === null ? "none" : probeText(probe))],
  ];
  return texts
    .filter(([, text]) => text(before) !== text(after))
    .map(([what, text]) => `${what} of port rule ${after.name}: ${text(before)} becomes ${text(after)}`);
}

function byHost(hosts: readonly ClusterHost[], values: ReadonlyMap<number, number>): string {
  return hosts.map(({ node, hostId }) => `${node} ${values.get(hostId) ?? "none"}`).join(", ");
}

function portsText({ startPort, endPort, protocol }: PortRule): string {
  const kind = { tcp: "TCP", udp: "UDP", both: "TCP and UDP" }[protocol];
  return `${kind} ${startPort === endPort ? startPort : `${startPort}-${endPort}`}`;
}

function vipText({ vip }: PortRule): string {
  return vip ?? "all virtual IPs";
}

function handlingText(rule: PortRule): string {
  if (rule.mode === "disabled") return "blocked";
  if (rule.mode === "single") return "one host by priority";
  const timeout = rule.affinityTimeoutMin === 0 ? "" : ` for ${rule.affinityTimeoutMin} min`;
  return `several hosts, affinity ${rule.affinity}${timeout}`;
}

function probeText({ check, periodMs, timeoutMs, rise, fall, whenAllFail }: Probe): string {
  const timing = `every ${periodMs} ms within ${timeoutMs} ms, up after ${rise}, down after ${fall}`;
  return `${checkText(check)} ${timing}, ${whenAllFail === "serve" ? "serves" : "stops"} when all fail`;
}

function checkText(check: Probe["check"]): string {
  switch (check.kind) {
    case "tcp":
      return `TCP ${check.port}`;
    case "script":
      return [check.command, ...check.args].join(" ");
    case "http": {
      const host = check.host === null ? "" : ` of ${check.host}`;
      const body = check.bodyContains === null ? "" : ` with ${JSON.stringify(check.bodyContains)}`;
      return `HTTP ${check.port} ${check.path}${host} (${check.statusMin}-${check.statusMax}${body})`;
    }
  }
}
