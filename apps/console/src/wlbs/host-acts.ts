/** What may be done to a host, why not, and what will happen if it is done. Pure; the dialog prints these texts. */
import { count, percent, plural } from "@bulkhead/ui/format.ts";
import type { HostVerb } from "../states/cli.ts";
import type { WlbsCluster, WlbsHost } from "../states/wlbs-states.ts";
import { bucketCount, sharesOf } from "./bucket-model.ts";

export const verbLabels: Record<HostVerb, string> = {
  start: "Start host",
  drainstop: "Drain host",
  stop: "Stop host",
};

/** Why the act is refused now and what would enable it; null when it may be done. */
export function blockedBy(verb: HostVerb, host: WlbsHost): string | null {
  const { node, status } = host;
  if (!host.online) return `No link to ${node}. On the machine itself: bulkhead-agent ${verb}`;
  if (!status) return `${node} has not reported its state yet. Wait for its first report.`;
  const started = status.state === "converged" || status.state === "converging";
  if (verb === "start" && started) return `${node} is started already.`;
  if (verb === "stop" && status.state === "stopped") return `${node} is stopped already.`;
  if (verb === "drainstop" && status.state === "stopped")
    return `${node} is stopped: there is nothing to drain.`;
  if (verb === "drainstop" && status.state === "draining") return `${node} is draining already.`;
  return null;
}

export interface Consequence {
  text: string;
  /** Something will break for somebody. */
  breaks: boolean;
}

/** What will happen, one sentence each, the breaking ones first. */
export function consequences(verb: HostVerb, cluster: WlbsCluster, host: WlbsHost): Consequence[] {
  const lines = verb === "start" ? startLines(cluster, host) : leaveLines(verb, cluster, host);
  return lines.sort((a, b) => Number(b.breaks) - Number(a.breaks));
}

function others(cluster: WlbsCluster, host: WlbsHost): string[] {
  return sharesOf(cluster)
    .filter((share) => share.target > 0 && share.hostId !== host.hostId)
    .map((share) => share.node);
}

function startLines(cluster: WlbsCluster, host: WlbsHost): Consequence[] {
  const hosts = others(cluster, host).length + 1;
  return [
    {
      text: `${host.node} joins and takes ${percent(1, hosts)} of the buckets, about ${count(bucketCount / hosts)} of ${count(bucketCount)}.`,
      breaks: false,
    },
    { text: "Connections that are open on other hosts stay there until they end.", breaks: false },
  ];
}

function leaveLines(verb: HostVerb, cluster: WlbsCluster, host: WlbsHost): Consequence[] {
  const open = host.status?.openConnections ?? 0;
  const owned = sharesOf(cluster).find((share) => share.hostId === host.hostId)?.owned ?? 0;
  const heirs = others(cluster, host);
  const first: Consequence =
    verb === "stop"
      ? {
          text:
            open > 0
              ? `${plural(open, "open connection")} on ${host.node} ${open === 1 ? "is" : "are"} cut at once.`
              : `No connection is open on ${host.node} now.`,
          breaks: open > 0,
        }
      : {
          text: `${host.node} takes no new connections. Its ${plural(open, "open connection")} may end in peace; then it stops by itself. Start host ends the drain.`,
          breaks: false,
        };
  const move: Consequence =
    heirs.length > 0
      ? {
          text: `Its ${plural(owned, "bucket")} (${percent(owned, bucketCount)}) go to ${heirs.join(", ")}.`,
          breaks: false,
        }
      : {
          text: `It is the last host that takes clients: ${cluster.vip} answers nobody until a host is started.`,
          breaks: true,
        };
  const lines = [first, move];
  if (host.status?.isDefaultHost && heirs[0]) {
    lines.push({
      text: `The default host becomes ${heirs[0]}: it then also takes traffic that no port rule covers.`,
      breaks: false,
    });
  }
  return lines;
}
