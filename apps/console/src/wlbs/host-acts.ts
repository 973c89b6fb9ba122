/** What may be done to hosts, why not, and what will happen if it is done. Pure; the dialog prints these texts. */
import { count, percent, plural } from "@bulkhead/ui/format.ts";
import { breaking, breakingFirst, type Consequence, calm, listed } from "../acts/consequence.ts";
import type { WlbsVerb } from "../states/cli.ts";
import type { WlbsCluster, WlbsHost } from "../states/wlbs-states.ts";
import type { Act } from "./acts.ts";
import { bucketCount } from "./bucket-model.ts";
import { sharesOf } from "./cluster-model.ts";

export type HostVerb = Extract<WlbsVerb, "start" | "stop" | "drainstop" | "suspend" | "resume" | "reload">;

export const hostVerbs: readonly HostVerb[] = ["start", "drainstop", "stop", "suspend", "resume", "reload"];

const verbWords: Record<HostVerb, string> = {
  start: "Start",
  drainstop: "Drain and stop",
  stop: "Stop",
  suspend: "Suspend",
  resume: "Resume",
  reload: "Reload policy of",
};

/** "Drain and stop host", "Stop all hosts". */
export function hostVerbLabel(verb: HostVerb, isAll: boolean): string {
  return `${verbWords[verb]} ${isAll ? "all hosts" : "host"}`;
}

/** Why the act is refused now and what would enable it; null when it may be done. */
export function blockedBy(verb: HostVerb, host: WlbsHost): string | null {
  const { node, status } = host;
  if (!host.online) return `No link to ${node}. On the machine itself: bulkhead-agent wlbs ${verb}`;
  if (!status) return `${node} has not reported its state yet. Wait for its first report.`;
  const { state } = status;
  if (verb === "reload") return null;
  if (verb === "resume") return state === "suspended" ? null : `${node} is not suspended.`;
  if (state === "suspended")
    return verb === "suspend" ? `${node} is suspended already.` : `${node} is suspended: resume it first.`;
  if (verb === "start" && (state === "converged" || state === "converging"))
    return `${node} is started already.`;
  if (verb === "stop" && state === "stopped") return `${node} is stopped already.`;
  if (verb === "drainstop" && state === "stopped") return `${node} is stopped: there is nothing to drain.`;
  if (verb === "drainstop" && state === "draining") return `${node} is draining already.`;
  return null;
}

/** The same for all hosts: blocked when it makes sense for none of them. */
export function allBlockedBy(verb: HostVerb, { hosts, name }: WlbsCluster): string | null {
  const reasons = hosts.map((host) => blockedBy(verb, host));
  if (reasons.some((reason) => reason === null)) return null;
  return hosts.length === 1
    ? (reasons[0] ?? null)
    : `No host of ${name} can be asked for that now: ${reasons[0]}`;
}

/** Hosts that the verb changes: the others answer "already" or cannot be reached. */
function subjects(verb: HostVerb, hosts: readonly WlbsHost[]): WlbsHost[] {
  return hosts.filter((host) => blockedBy(verb, host) === null);
}

/** Hosts that take clients and are not among these. */
function heirs(cluster: WlbsCluster, leaving: readonly WlbsHost[]): string[] {
  const gone = new Set(leaving.map(({ hostId }) => hostId));
  return sharesOf(cluster)
    .filter(({ hostId, target }) => target > 0 && !gone.has(hostId))
    .map(({ node }) => node);
}

/** @param host null = all hosts of the cluster. */
export function hostAct(verb: HostVerb, cluster: WlbsCluster, host: WlbsHost | null): Act {
  const hosts = subjects(verb, host ? [host] : cluster.hosts);
  const leavesNobody = host === null && isLeaving(verb);
  return {
    title: host
      ? `${hostVerbLabel(verb, false)} ${host.node}`
      : `${hostVerbLabel(verb, true)} of ${cluster.name}`,
    button: hostVerbLabel(verb, host === null),
    lead: host ? `Host ${host.hostId} of ${cluster.name}.` : allLead(cluster, hosts),
    order: { cluster: cluster.name, host: host?.node ?? null, verb, confirm: leavesNobody },
    lines: breakingFirst(linesOf(verb, cluster, hosts)),
    hasDeadline: verb === "drainstop",
    typed: leavesNobody ? cluster.name : null,
  };
}

const isLeaving = (verb: HostVerb) => verb === "stop" || verb === "drainstop" || verb === "suspend";

function linesOf(verb: HostVerb, cluster: WlbsCluster, hosts: readonly WlbsHost[]): Consequence[] {
  if (isLeaving(verb)) return leaveLines(verb, cluster, hosts);
  return verb === "reload" ? reloadLines(hosts) : joinLines(verb, cluster, hosts);
}

function reloadLines(hosts: readonly WlbsHost[]): Consequence[] {
  const [names, reads] = [listed(hosts.map(({ node }) => node)), hosts.length === 1 ? "reads" : "read"];
  return [
    calm(`${names} ${reads} the last good policy from the disk, verifies it and carries it out again.`),
    calm(
      "Clients notice nothing of it: no connection ends and no bucket moves where the policy is in force.",
    ),
    calm("A policy that is not whole or not signed changes nothing; the answer says so."),
  ];
}

function allLead({ hosts }: WlbsCluster, asked: readonly WlbsHost[]): string {
  const rest = hosts.length - asked.length;
  const left = rest > 0 ? ` ${plural(rest, "host")} cannot do that now and will say why.` : "";
  return `${listed(asked.map(({ node }) => node))}: asked side by side.${left}`;
}

function joinLines(verb: HostVerb, cluster: WlbsCluster, hosts: readonly WlbsHost[]): Consequence[] {
  const names = listed(hosts.map(({ node }) => node));
  if (verb === "resume")
    return [
      calm(
        `${names} ${hosts.length === 1 ? "heeds" : "heed"} commands again. Resume does not start: start follows.`,
      ),
    ];
  const all = heirs(cluster, hosts).length + hosts.length;
  const each = `about ${percent(1, all)} of the buckets (${count(bucketCount / all)} of ${count(bucketCount)}) where the load is equal`;
  return [
    calm(
      hosts.length === 1
        ? `${names} joins and takes its share: ${each}.`
        : `${names} join; each takes its share: ${each}.`,
    ),
    calm("Connections that are open on other hosts stay there until they end."),
    calm("A drain or a stop that goes on is ended."),
  ];
}

function openOn(hosts: readonly WlbsHost[]): number {
  return hosts.reduce((sum, { status }) => sum + (status?.openConnections ?? 0), 0);
}

function leaveLines(verb: HostVerb, cluster: WlbsCluster, hosts: readonly WlbsHost[]): Consequence[] {
  const left = heirs(cluster, hosts);
  const lines = [openLine(verb, hosts), movedLine(cluster, hosts, left)];
  if (left[0] && hosts.some(({ online, status }) => online && status?.isDefaultHost))
    lines.push(
      calm(`The default host becomes ${left[0]}: it then also takes traffic that no port rule covers.`),
    );
  if (verb === "suspend")
    lines.push(
      calm(
        "Afterwards it heeds no command but resume, and stays so over a restart where the fleet file says so.",
      ),
    );
  return lines;
}

function openLine(verb: HostVerb, hosts: readonly WlbsHost[]): Consequence {
  const open = openOn(hosts);
  const names = listed(hosts.map(({ node }) => node));
  const isOne = hosts.length === 1;
  if (verb === "drainstop")
    return calm(
      `${names} ${isOne ? "takes" : "take"} no new connections. ${plural(open, "open connection")} may end in peace; then ${isOne ? "it stops" : "they stop"} by ${isOne ? "itself" : "themselves"}. Start ends the drain.`,
    );
  if (open === 0) return calm(`No connection is open on ${names} now.`);
  return breaking(`${plural(open, "open connection")} on ${names} ${open === 1 ? "is" : "are"} cut at once.`);
}

function movedLine(cluster: WlbsCluster, hosts: readonly WlbsHost[], left: readonly string[]): Consequence {
  const vips = cluster.vips.map(({ address }) => address).join(", ");
  if (left.length === 0)
    return breaking(`Nobody is left that takes clients: ${vips} answers nobody until a host is started.`);
  const ids = new Set(hosts.map(({ hostId }) => hostId));
  const owned = sharesOf(cluster).reduce((sum, share) => sum + (ids.has(share.hostId) ? share.owned : 0), 0);
  if (owned === 0)
    return calm(
      `No client is shared out to ${hosts.length === 1 ? "it" : "them"} now; ${listed(left)} ${left.length === 1 ? "goes" : "go"} on.`,
    );
  return calm(
    `${percent(owned, bucketCount)} of the clients go to ${listed(left)} with their next connection.`,
  );
}
