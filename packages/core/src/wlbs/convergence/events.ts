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
import type { DataPlane, WlbsPolicy } from "../types.ts";
import type { Beat, TablePart, WlbsMessage } from "./messages.ts";

export type WlbsVerb = "start" | "stop" | "drainstop";
/** DOMAIN 1.8; `bad-params` = this node has no usable policy. */
export type WlbsCode = "ok" | "already" | "drain-stop" | "stopped" | "bad-params";

export type WlbsEvent =
  /** `resume`: what the last command before a restart left behind; null = take the policy's initial state. */
  | { kind: "policy"; now: number; policy: WlbsPolicy; node: string; resume: "started" | "stopped" | null }
  /** Authenticated messages only. */
  | { kind: "beat"; now: number; beat: Beat }
  | { kind: "table"; now: number; part: TablePart }
  | { kind: "command"; now: number; verb: WlbsVerb; id: string }
  /** Answer to `install` and `remove`; `error` null = the kernel has it. */
  | { kind: "installed"; now: number; generation: number; error: string | null }
  /** Connections to the VIP on this host, half-open ones included, and the buckets they fall into. */
  | { kind: "connections"; now: number; open: number; buckets: number[] }
  | { kind: "wake"; now: number };

export type WlbsEffect =
  /** `plane.leaseMs` is `leaseUntil` minus the event's now; recompute it when the command really runs. */
  | { kind: "install"; plane: DataPlane; leaseUntil: number }
  /** Take the plane and the VIP away; connections are cut (`wlbs stop`). */
  | { kind: "remove"; generation: number }
  | { kind: "renewLease"; leaseUntil: number }
  | { kind: "send"; message: WlbsMessage }
  | { kind: "commandDone"; id: string; code: WlbsCode; message: string }
  | { kind: "log"; level: "info" | "warn" | "error"; message: string };
