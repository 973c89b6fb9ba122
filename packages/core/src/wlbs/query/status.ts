/**
 * The machine's part of `WlbsStatus`; the shell adds what only the kernel knows.
 */
import type { Beat } from "../convergence/messages.ts";
import { MARK, type WlbsState } from "../convergence/state.ts";
import { epochText } from "../membership/epoch.ts";
import { livePeers } from "../membership/hearing.ts";
import { formatTable } from "../table/text.ts";
import type { HostState, MemberView, WlbsStatus } from "../types.ts";
import { cause } from "./cause.ts";

export type MachineStatus = Omit<WlbsStatus, "traffic" | "openConnections" | "leaseAlive">;

/** State of this host as `query` names it (DOMAIN 1.9). */
export function hostState(s: WlbsState): HostState {
  if (s.stage === "stopped" || s.stage === "leaving") return "stopped";
  if (s.run === "draining") return "draining";
  return s.view?.order === "stable" && s.phase === "applied" ? "converged" : "converging";
}

function peerState(beat: Beat): HostState {
  if (beat.stage === "leaving") return "stopped";
  if (beat.draining) return "draining";
  return beat.view?.order === "stable" && beat.phase === "applied" ? "converged" : "converging";
}

function members(s: WlbsState, now: number): MemberView[] {
  if (!s.me || !s.newest || s.stage === "stopped") return [];
  const own = { hostId: s.me.hostId, node: s.node, state: hostState(s), lastHeardMsAgo: 0 };
  const others = livePeers(s, now).map(({ beat, heardAt }) => ({
    hostId: beat.hostId,
    node: beat.node,
    state: peerState(beat),
    lastHeardMsAgo: Math.round(Math.max(0, now - heardAt)),
  }));
  return [own, ...others].sort((a, b) => a.hostId - b.hostId);
}

function count(s: WlbsState, wanted: number): number {
  return s.kernel.marks.reduce((sum, mark) => sum + (mark === wanted ? 1 : 0), 0);
}

/** What the machine knows of its host at `now`. Shell: add `traffic`, `openConnections`, `leaseAlive`. */
export function statusOf(s: WlbsState, now: number): MachineStatus {
  return {
    cluster: s.newest?.policy.cluster ?? "",
    hostId: s.me?.hostId ?? 0,
    state: hostState(s),
    isDefaultHost: s.kernel.isDefaultHost,
    cause: cause(s, now),
    epoch: s.view ? epochText(s.view.epoch) : null,
    convergenceCount: s.convergenceCount,
    since: s.shown.since,
    members: members(s, now),
    table: s.view ? formatTable(s.table) : null,
    ownedCount: count(s, MARK.owned),
    drainingCount: s.kernel.present ? count(s, MARK.draining) : 0,
    lastError: s.fault?.message ?? null,
  };
}
