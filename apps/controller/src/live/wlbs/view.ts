/** One WLBS cluster of the snapshot: intent of its hosts joined with what they report, and the state in words. */
import type { KeyRotation, WlbsHostSnapshot, WlbsSnapshot } from "@bulkhead/api";
import { modeNeeds, type WlbsPolicy } from "@bulkhead/core/wlbs";
import type { LiveFleet } from "../live-fleet.ts";
import { whyText } from "../words.ts";
import { clusterFindings } from "./findings.ts";
import { heartbeatCells } from "./heartbeats.ts";
import { mergedHistory } from "./history.ts";
import { type SeenHost, seenHosts } from "./seen.ts";
import { newestTables, ruleViews, tablesOf } from "./tables.ts";
import { hostCause, splitFinding, splitSentence } from "./why.ts";

export interface WlbsViewInput {
  /** The policy of any host of the cluster; they are equal but for the reader. */
  policy: WlbsPolicy;
  live: LiveFleet;
  keyRotation: KeyRotation | null;
  /** Epoch milliseconds. */
  now: number;
}

export function wlbsView({ policy, live, keyRotation, now }: WlbsViewInput): WlbsSnapshot {
  const hosts = seenHosts(policy, live, now);
  const split = splitFinding(policy, hosts, now);
  const newest = newestTables(hosts);
  const { cluster: name, internetName, vips, mode, clusterMac, partition, filterIcmp, hashSeed } = policy;
  const { heartbeat, heartbeatGroup: group, heartbeatPort: port } = policy;
  return {
    name,
    internetName,
    vips,
    mode,
    clusterMac,
    partition,
    filterIcmp,
    hashSeed,
    needs: modeNeeds(policy),
    heartbeat: { ...heartbeat, group, port },
    rules: ruleViews(policy, newest),
    state: split ? "split" : worstState(hosts),
    why: whyText([split && splitSentence(split, now), ...hosts.map((host) => hostCause(host, now))]),
    hosts: hosts.map(hostView),
    epoch: newest?.epoch ?? null,
    tablesKey: tablesOf(newest).key,
    heartbeats: heartbeatCells(policy, hosts),
    findings: clusterFindings(policy, hosts, split),
    history: mergedHistory(hosts),
    keyRotation,
  };
}

function hostView({ host, live, last, fresh }: SeenHost): WlbsHostSnapshot {
  const { node, hostId, dedicatedIp, initialState, retainSuspended } = host;
  return {
    node,
    hostId,
    dedicatedIp,
    interface: host.interface,
    initialState,
    retainSuspended,
    online: live?.online ?? false,
    status: last && withoutShared(last),
    statusAt: last ? (live?.statusAt ?? null) : null,
    isFresh: fresh !== null,
    rates: last ? (live?.rates.rates() ?? null) : null,
  };
}

/** Tables and history are shown for all hosts together. */
function withoutShared(status: NonNullable<SeenHost["last"]>): NonNullable<WlbsHostSnapshot["status"]> {
  const { tables: _tables, history: _history, ...own } = status;
  return own;
}

function worstState(hosts: readonly SeenHost[]): WlbsSnapshot["state"] {
  const states = hosts.flatMap(({ fresh }) => (fresh ? [fresh.state] : []));
  if (states.length === 0) return "unknown";
  const worst = (["converging", "draining", "converged", "suspended"] as const).find((state) =>
    states.includes(state),
  );
  return worst ?? "stopped";
}
