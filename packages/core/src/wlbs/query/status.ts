/**
 * The machine's part of `WlbsStatus`; the shell adds what only the kernel knows.
 */
import type { Beat } from "../convergence/messages.ts";
import { includes, type Peer, policyFor, type WlbsState } from "../convergence/state.ts";
import { arrivalStats } from "../membership/arrivals.ts";
import { epochText } from "../membership/epoch.ts";
import { hearsUs, livePeers } from "../membership/hearing.ts";
import { distinctTables, type OwnerTable } from "../table/distribution.ts";
import { formatTable } from "../table/text.ts";
import type { DrainView, HostState, MemberView, PortRule, RuleView, WlbsStatus } from "../types.ts";
import { cause } from "./cause.ts";
import { drainEstimate } from "./estimate.ts";

export type MachineStatus = Omit<WlbsStatus, "traffic" | "openConnections" | "leaseAlive" | "rejectedBeats">;

/** State of this host as `query` names it (DOMAIN 1.9). */
export function hostState(s: WlbsState): HostState {
  if (s.run === "suspended") return "suspended";
  if (s.stage === "stopped" || s.stage === "leaving") return "stopped";
  if (s.run === "draining") return "draining";
  return s.view?.order === "stable" && s.phase === "applied" ? "converged" : "converging";
}

function peerState(beat: Beat): HostState {
  if (beat.stage === "leaving") return "stopped";
  if (beat.draining) return "draining";
  return beat.view?.order === "stable" && beat.phase === "applied" ? "converged" : "converging";
}

function memberView(s: WlbsState, now: number, peer: Peer): MemberView {
  const { beat, heardAt, arrivals } = peer;
  return {
    hostId: beat.hostId,
    node: beat.node,
    state: peerState(beat),
    lastHeardMsAgo: Math.round(Math.max(0, now - heardAt)),
    isMember: s.view !== null && includes(s.view.members, beat),
    hearsMe: hearsUs(s, beat),
    ...arrivalStats(arrivals),
    probeHeard: probeHeard(s, beat.hostId),
  };
}

function probeHeard(s: WlbsState, hostId: number): boolean | null {
  const dedicatedIp = s.active?.policy.hosts.find((host) => host.hostId === hostId)?.dedicatedIp;
  if (s.probesHeardFrom === null || dedicatedIp === undefined || s.active?.policy.mode === "direct")
    return null;
  return s.probesHeardFrom.includes(dedicatedIp);
}

function members(s: WlbsState, now: number): MemberView[] {
  if (!s.me || !s.newest || s.stage === "stopped") return [];
  const own: MemberView = {
    hostId: s.me.hostId,
    node: s.node,
    state: hostState(s),
    lastHeardMsAgo: 0,
    isMember: s.view !== null,
    hearsMe: true,
    lostPercent: 0,
    jitterMs: 0,
    probeHeard: null,
  };
  const others = livePeers(s, now).map((peer) => memberView(s, now, peer));
  return [own, ...others].sort((a, b) => a.hostId - b.hostId);
}

/** Texts of tables that are shown again and again; a table is never edited. */
const tableTexts = new WeakMap<OwnerTable, string>();

function textOf(table: OwnerTable): string {
  const text = tableTexts.get(table) ?? formatTable(table.owners);
  tableTexts.set(table, text);
  return text;
}

/** The policy in force, else the newest. */
function shownRules(s: WlbsState): readonly PortRule[] {
  const inForce = s.view ? policyFor(s, s.view.policyDigest) : null;
  return (inForce ?? s.active ?? s.newest)?.policy.rules ?? [];
}

function ruleViews(s: WlbsState): RuleView[] {
  const tables = distinctTables(s.distribution.slots);
  return shownRules(s).map((rule) => {
    const slot = (s.active?.policy.rules ?? []).findIndex(({ name }) => name === rule.name);
    const marks = s.kernel.present ? s.kernel.slots[slot] : null;
    const table = s.view ? s.distribution.slots[s.distribution.rules.indexOf(rule.name)] : null;
    const health = s.health.get(rule.name);
    return {
      name: rule.name,
      state: rule.mode === "disabled" ? "disabled" : (s.ruleStates[rule.name] ?? "enabled"),
      health: rule.probe === null ? "none" : (health?.health ?? "unknown"),
      healthText: rule.probe === null ? null : (health?.text ?? null),
      ownedCount: marks?.owned ?? 0,
      drainingCount: marks?.draining ?? 0,
      openConnections: s.openByRule.get(rule.name) ?? 0,
      table: table ? tables.indexOf(table) : null,
    };
  });
}

function drainView(s: WlbsState): DrainView | null {
  if (s.run !== "draining" || !s.drain) return null;
  const { since, deadline, samples } = s.drain;
  return { since, deadline, openConnections: s.open?.count ?? 0, estimateS: drainEstimate(samples) };
}

/** What the machine knows of its host at `now`. Shell: add `traffic`, `openConnections`, `leaseAlive`, `rejectedBeats`. */
export function statusOf(s: WlbsState, now: number): MachineStatus {
  const rules = ruleViews(s);
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
    tables: s.view ? distinctTables(s.distribution.slots).map(textOf) : [],
    rules,
    history: s.history,
    findings: s.findings.list,
    drain: drainView(s),
    ownedCount: rules.reduce((sum, { ownedCount }) => sum + ownedCount, 0),
    drainingCount: rules.reduce((sum, { drainingCount }) => sum + drainingCount, 0),
    lastError: s.fault?.message ?? null,
  };
}
