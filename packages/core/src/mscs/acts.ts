/** Commands to a pair (DOMAIN 2.7) as data: what is asked, and how it goes on. */

/**
 * `move` a group; `moveBack` to its first preferred owner; `online`, `offline` a group or resource; `restart` a group or resource;
 * `fail` a resource (initiate failure: counts as a real one); `clear` the failed state of a resource, a group or the pair;
 * `pause` (mode keep or drain), `resume` (failback none, immediate or policy), `evict`, `rebuild` a node;
 * `maintenance` of the pair (mode on or off); `revert`: write the policy over what was changed by hand.
 */
export const mscsVerbs = [
  "move",
  "moveBack",
  "online",
  "offline",
  "restart",
  "fail",
  "clear",
  "pause",
  "resume",
  "evict",
  "rebuild",
  "maintenance",
  "revert",
] as const;

export type MscsVerb = (typeof mscsVerbs)[number];

export type MscsObjectKind = "group" | "resource" | "node" | "pair";

export interface MscsOrder {
  verb: MscsVerb;
  /** For kind resource the name is `group/resource`, for pair the name of the pair. */
  object: { kind: MscsObjectKind; name: string };
  /** Where to move; null = the other node. */
  to: string | null;
  /** `pause`: keep, drain. `resume`: none, immediate, policy. `maintenance`: on, off. Null = the first of these (maintenance: on). */
  mode: string | null;
  /** Seconds; null = by the resources' own pending timeouts. After it the command ends with `timeout` and its cause. */
  deadlineS: number | null;
}

/** A command under way or ended. Times are epoch milliseconds of the node that carries it out. */
export interface MscsAct {
  id: string;
  order: MscsOrder;
  /** Who asked: a person, `policy` or `local`. */
  by: string;
  state: "running" | "done" | "refused" | "failed" | "timeout";
  startedAt: number;
  deadlineAt: number;
  endedAt: number | null;
  steps: { at: number; text: string }[];
  /** The outcome, or what is awaited now, in one sentence. */
  message: string;
}
