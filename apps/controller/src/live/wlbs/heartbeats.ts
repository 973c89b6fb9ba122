/** The heartbeat matrix: who hears whom, and whether frames to the cluster MAC arrive. */
import type { HeartbeatCell } from "@bulkhead/api";
import type { WlbsPolicy } from "@bulkhead/core/wlbs";
import { isRunning, type SeenHost } from "./seen.ts";

/** One cell for every ordered pair of two different hosts, by listener, then by speaker. */
export function heartbeatCells(policy: WlbsPolicy, hosts: readonly SeenHost[]): HeartbeatCell[] {
  const detectMs = policy.heartbeat.periodMs * policy.heartbeat.tolerance;
  return hosts.flatMap((listener) =>
    hosts.filter((speaker) => speaker !== listener).map((speaker) => cell({ listener, speaker, detectMs })),
  );
}

interface Pair {
  listener: SeenHost;
  speaker: SeenHost;
  detectMs: number;
}

function cell({ listener, speaker, detectMs }: Pair): HeartbeatCell {
  const ids = { listener: listener.host.hostId, speaker: speaker.host.hostId };
  const nothing = { lastHeardMsAgo: null, lostPercent: null, jitterMs: null, probeHeard: null };
  if (!isRunning(listener)) return { ...ids, verdict: "unknown", ...nothing };
  const member = listener.fresh?.members.find(({ hostId }) => hostId === ids.speaker);
  const silent = isRunning(speaker) ? "unheard" : "unknown";
  if (!member) return { ...ids, verdict: silent, ...nothing };
  const { lastHeardMsAgo, lostPercent, jitterMs, probeHeard } = member;
  const verdict = lastHeardMsAgo <= detectMs ? "heard" : silent;
  return { ...ids, verdict, lastHeardMsAgo, lostPercent, jitterMs, probeHeard };
}
