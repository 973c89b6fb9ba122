/**
 * The machine's two doors: what the shell tells it (events) and what it wants done (effects).
 *
 * Rules for the shell:
 * - `now` is milliseconds on a clock that never goes back: `performance.timeOrigin + performance.now()`.
 * - Kernel effects (install, remove, renewLease) are carried out in the order given, one after another; each `install`
 *   and each `remove` is answered with one `installed` event that carries its generation. Messages need not wait for
 *   the kernel: they claim only what it has confirmed.
 * - Kernel lease: at the moment the command is given to the kernel its time-out is `leaseUntil - now`, or none at all
 *   (lease absent) when that is not positive. Never longer: peers take over when it must have run out.
 */
import type { DataPlane, RuleHealth, WlbsPolicy } from "../types.ts";
import type { WlbsMessage } from "./messages.ts";
import type { Voters } from "./state.ts";

/** Commands to the host as a whole, DOMAIN 1.8. */
export type HostVerb = "start" | "stop" | "drainstop" | "suspend" | "resume";
/** Commands to a port rule on this host, DOMAIN 1.8. */
export type RuleVerb = "enable" | "disable" | "drain";
export type WlbsVerb = HostVerb | RuleVerb;

/** `vip:port`, `all:port` or `all` of the command line: the whole rule that contains the port. Null = any. */
export interface RuleTarget {
  vip: string | null;
  port: number | null;
}

/** DOMAIN 1.8 (WMI status codes), as words; `bad-params` = this node has no usable policy, or the target is malformed. */
export type WlbsCode =
  | "ok"
  | "already"
  | "drain-stop"
  | "bad-params"
  | "not-found"
  | "stopped"
  | "draining"
  | "suspended";

/** What a host must know again after a restart of its agent: what the admin wants, and whose votes count. */
export interface Wanted {
  run: "started" | "stopped" | "draining" | "suspended";
  /** Rules that are not enabled, by name. */
  rules: Record<string, "disabled" | "draining">;
  /** Partition policy `majority`: those of whom a majority was needed last. Absent = nobody. */
  voters?: readonly Voters[];
}

/** A message, and when it was read from the network: at the moment of the event, or before if it was kept (`rest.ts`). */
export interface Heard {
  message: WlbsMessage;
  heardAt: number;
}

export type WlbsEvent =
  /** `resume`: what was wanted before a restart; null = take the policy's initial state. Heeded with the first policy only. */
  | { kind: "policy"; now: number; policy: WlbsPolicy; node: string; resume: Wanted | null }
  /** Authenticated messages only, in the order in which they came; one after the other, as if each came by itself. */
  | { kind: "messages"; now: number; messages: readonly Heard[] }
  /** `deadlineMs` with drainstop: then the remaining connections are cut; null = wait for the last one. */
  | { kind: "command"; now: number; verb: HostVerb; deadlineMs: number | null; id: string }
  | { kind: "ruleCommand"; now: number; verb: RuleVerb; target: RuleTarget; id: string }
  /** Answer to `install` and `remove`; `error` null = the kernel has it. */
  | { kind: "installed"; now: number; generation: number; error: string | null }
  /**
   * Connections to the VIPs on this host, half-open ones included: all of them, and of every rule their number and the buckets
   * they fall into (each once). See `sortConnections`.
   */
  | {
      kind: "connections";
      now: number;
      open: number;
      rules: { name: string; open: number; buckets: number[] }[];
    }
  /** A probe has changed its verdict; `text` = its last word. */
  | { kind: "health"; now: number; rule: string; health: RuleHealth; text: string | null }
  /** Extended affinity: the clients that the kernel remembers, per rule; told every second, and on `readSticky`. */
  | { kind: "sticky"; now: number; rules: { name: string; clients: string[] }[] }
  /** The cluster interface: has it a link, and its own MAC (null = there is no such interface). */
  | { kind: "link"; now: number; up: boolean; mac: string | null }
  /** What the engine saw on the wire; see `Observation`. */
  | { kind: "seen"; now: number; probesHeardFrom: string[] | null; claims: { vip: string; mac: string }[] }
  /** Beats dropped before they came here, since the agent started; `last` = where the latest of each reason came from. */
  | { kind: "rejected"; now: number; counts: Record<string, number>; last: Record<string, string> }
  | { kind: "wake"; now: number };

export type WlbsEffect =
  /** `plane.leaseMs` is `leaseUntil` minus the event's now; recompute it when the command really runs. */
  | { kind: "install"; plane: DataPlane; leaseUntil: number }
  /** Take the plane and the VIPs away; connections are cut (`wlbs stop`). */
  | { kind: "remove"; generation: number }
  | { kind: "renewLease"; leaseUntil: number }
  | { kind: "send"; message: WlbsMessage }
  /** Tell the sticky clients (`sticky`) at once: others wait for them. */
  | { kind: "readSticky" }
  /** Keep this over a restart. */
  | { kind: "remember"; wanted: Wanted }
  | { kind: "commandDone"; id: string; code: WlbsCode; message: string }
  | { kind: "log"; level: "info" | "warn" | "error"; message: string };
