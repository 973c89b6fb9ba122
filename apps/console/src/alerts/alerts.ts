/**
 * Everything of the fleet that is red, amber or without news, in one list: the same findings that each page shows of its own,
 * with what to do and where to go. Pure.
 */
import type { FleetSnapshot, PairCause } from "@bulkhead/api";
import { roleOrder, type StateRole } from "@bulkhead/ui/state.tsx";
import { isBreach } from "../map/breaches.ts";
import { weaknessView } from "../mscs/troubles.ts";
import { mscsViewPath, nodePath, wlbsPath } from "../shell/places.ts";
import { confirmOffLine, stuckNodes } from "../states/mscs-fencing.ts";
import type { MscsCluster } from "../states/mscs-states.ts";
import { nodeCondition } from "../states/other-states.ts";
import { type WlbsCluster, wlbsClusterCondition, wlbsHostCondition } from "../states/wlbs-states.ts";

export interface Alert {
  /** The same as long as it lasts. */
  id: string;
  role: StateRole;
  /** What it belongs to: the wall, a cluster, a pair or a node. */
  kind: "wall" | "wlbs" | "mscs" | "node";
  name: string;
  /** Where it is seen and mended. */
  path: string;
  text: string;
  /** Null: the text says it. */
  cure: string | null;
  /** Epoch ms; null = nobody has counted. */
  since: number | null;
}

const alarming: readonly StateRole[] = ["bad", "warn", "unknown"];

/** Newest first; of one moment, and where nobody counted, the worst first. */
export function alertsOf(fleet: FleetSnapshot): Alert[] {
  const clusters = [
    ...fleet.wlbs.flatMap((cluster) => clusterAlerts(cluster, fleet)),
    ...fleet.mscs.flatMap(pairAlerts),
  ];
  const told = nodesTold(fleet);
  const nodes = nodeAlerts(fleet).filter(({ name, role }) => role === "bad" || !told.has(name));
  const all = [...wallAlerts(fleet), ...clusters, ...nodes];
  return all.sort(
    (a, b) => (b.since ?? 0) - (a.since ?? 0) || roleOrder.indexOf(a.role) - roleOrder.indexOf(b.role),
  );
}

/** Nodes of which their cluster or pair says itself that there is something. */
export function nodesTold(fleet: FleetSnapshot): ReadonlySet<string> {
  const hosts = fleet.wlbs.flatMap((cluster) =>
    cluster.hosts
      .filter((host) => alarming.includes(wlbsHostCondition(cluster, host, fleet.at).role))
      .map(({ node }) => node),
  );
  const members = fleet.mscs.flatMap(({ causes }) =>
    causes.flatMap(({ about, severity }) =>
      about?.kind === "node" && severity !== "note" ? [about.name] : [],
    ),
  );
  return new Set([...hosts, ...members]);
}

function wallAlerts({ violations }: FleetSnapshot): Alert[] {
  return violations.filter(isBreach).map((violation) => {
    const node = violation.objects.find(({ kind }) => kind === "node")?.name;
    return {
      id: `wall ${violation.rule} ${violation.message}`,
      role: "bad",
      kind: "wall",
      name: violation.rule,
      path: node === undefined ? "/" : nodePath(node),
      text: `${violation.message}.`,
      cure: violation.cure,
      since: violation.since ?? null,
    };
  });
}

function clusterAlerts(cluster: WlbsCluster, fleet: FleetSnapshot): Alert[] {
  const { name, findings } = cluster;
  const base = { kind: "wlbs" as const, name, path: wlbsPath(name) };
  const found = findings.map(
    ({ kind, severity, text, cure, since }): Alert => ({
      ...base,
      id: `wlbs ${name} ${kind} ${text}`,
      role: severity === "error" ? "bad" : "warn",
      text,
      cure,
      since,
    }),
  );
  const hosts = cluster.hosts.flatMap((host) => hostAlerts(cluster, host, fleet));
  const whole = wlbsClusterCondition(cluster);
  const isSaid = found.length + hosts.length > 0 || !alarming.includes(whole.role);
  const rest = isSaid
    ? []
    : [
        {
          ...base,
          id: `wlbs ${name}`,
          role: whole.role,
          text: whole.why ?? whole.word,
          cure: null,
          since: null,
        },
      ];
  return [...found, ...hosts, ...rest];
}

/** What a finding says of a host is not said again, unless the host serves nobody. */
function hostAlerts(cluster: WlbsCluster, host: WlbsCluster["hosts"][number], fleet: FleetSnapshot): Alert[] {
  const { role, word, why } = wlbsHostCondition(cluster, host, fleet.at);
  const isFound = cluster.findings.some(({ hosts }) => hosts.includes(host.node));
  if (!alarming.includes(role) || (isFound && role !== "bad")) return [];
  const lastSeenAt = fleet.nodes.find(({ name }) => name === host.node)?.lastSeenAt ?? null;
  return [
    {
      id: `host ${host.node} ${word}`,
      role,
      kind: "wlbs",
      name: cluster.name,
      path: wlbsPath(cluster.name),
      text: why ?? word,
      cure: host.online ? null : linkCure(host.node),
      since: host.online ? null : lastSeenAt,
    },
  ];
}

/** A node that cannot be fenced needs a person, and that is said in place of waiting for it. */
function pairAlerts(pair: MscsCluster): Alert[] {
  const stuck = stuckNodes(pair).map(({ node }) => node);
  return pair.causes
    .filter(({ severity }) => severity !== "note")
    .map((cause): Alert => {
      const { code, about, text, cure, since = null } = cause;
      const alert: Alert = {
        id: `mscs ${pair.name} ${code} ${about?.name ?? (code === "protection" ? text : "")}`,
        role: causeRole(cause),
        kind: "mscs",
        name: pair.name,
        path: causePath(pair, cause),
        text,
        cure,
        since,
      };
      return code === "node" && about !== null && stuck.includes(about.name)
        ? { ...alert, role: "bad", ...stuckWords(pair, about.name) }
        : alert;
    });
}

function stuckWords(pair: MscsCluster, node: string): Pick<Alert, "text" | "cure"> {
  const peer = pair.nodes.find(({ name }) => name !== node)?.name ?? "the other node";
  return {
    text: `${node} is lost and could not be switched off: its groups start nowhere.`,
    cure: `Mend its fence device. Or go and see that ${node} is off, and only then say so as root on ${peer}: ${confirmOffLine(node)}`,
  };
}

/** What nobody can tell is no failure, and not well either. */
function causeRole({ code, severity }: PairCause): StateRole {
  if (code === "unseen" || code === "blind" || code === "silence" || code === "node") return "unknown";
  return severity === "error" ? "bad" : "warn";
}

function causePath(pair: MscsCluster, { code }: PairCause): string {
  switch (code) {
    case "protection":
      return mscsViewPath(pair.name, weaknessView(pair));
    case "quorum":
    case "node":
      return mscsViewPath(pair.name, "quorum");
    case "silence":
    case "clock":
      return mscsViewPath(pair.name, "nodes");
    case "network":
      return mscsViewPath(pair.name, "networks");
    case "drift":
      return mscsViewPath(pair.name, "setup");
    default:
      return mscsViewPath(pair.name, "groups");
  }
}

function nodeAlerts({ nodes }: FleetSnapshot): Alert[] {
  return nodes.flatMap((node): Alert[] => {
    const { role, word, why } = nodeCondition(node);
    if (!alarming.includes(role)) return [];
    const refusal = node.lastRefusal;
    return [
      {
        id: `node ${node.name} ${word}`,
        role,
        kind: "node",
        name: node.name,
        path: nodePath(node.name),
        text: refusal ? `${refusal.message}.` : (why ?? word),
        cure: refusal ? refusal.cure : linkCure(node.name),
        since: refusal ? null : node.lastSeenAt,
      },
    ];
  });
}

const linkCure = (node: string) =>
  `Look at power and network of ${node}, and at its agent: systemctl status bulkhead-agent.`;
