/**
 * Which share of a port rule every member is due (DOMAIN 1.3): by weight in multiple mode, all or nothing by handling
 * priority in single mode, and nothing for a host that drains, has the rule closed, or whose probe fails.
 */
import type { PortRule } from "../types.ts";
import type { Share } from "./quotas.ts";

export type { Share };

/** A member, as far as its share depends on it. Rules by name. */
export interface Taker {
  hostId: number;
  draining: boolean;
  /** Disabled or draining there by command. */
  closed: ReadonlySet<string>;
  /** Its probe fails there. */
  failing: ReadonlySet<string>;
}

function weightOf(rule: PortRule, hostId: number): number {
  if (rule.mode === "single") return 1;
  return rule.weights.find((row) => row.hostId === hostId)?.weight ?? 0;
}

function priorityOf(rule: PortRule, hostId: number): number {
  return rule.priorities.find((row) => row.hostId === hostId)?.priority ?? Number.POSITIVE_INFINITY;
}

/** Failing hosts take nothing, unless all fail and the rule would rather be served badly than not at all. */
function withoutFailing(rule: PortRule, open: Taker[]): Taker[] {
  if (!rule.probe) return open;
  const healthy = open.filter(({ failing }) => !failing.has(rule.name));
  return healthy.length === 0 && rule.probe.whenAllFail === "serve" ? open : healthy;
}

function bestOf(rule: PortRule, hostIds: ReadonlySet<number>): number | undefined {
  return [...hostIds].sort((a, b) => priorityOf(rule, a) - priorityOf(rule, b) || a - b)[0];
}

/** One row per member, sorted by host ID; null = the rule has no table (mode disabled). */
export function sharesOf(rule: PortRule, members: readonly Taker[]): Share[] | null {
  if (rule.mode === "disabled") return null;
  const open = members.filter(
    ({ hostId, draining, closed }) => !draining && !closed.has(rule.name) && weightOf(rule, hostId) > 0,
  );
  const taking = new Set(withoutFailing(rule, open).map(({ hostId }) => hostId));
  const best = rule.mode === "single" ? bestOf(rule, taking) : null;
  const takes = (hostId: number) => (rule.mode === "single" ? hostId === best : taking.has(hostId));
  return members
    .map(({ hostId }) => ({ hostId, weight: takes(hostId) ? weightOf(rule, hostId) : 0 }))
    .sort((a, b) => a.hostId - b.hostId);
}
