/** What the two ends of the driver's thread say to each other. */
import type { Observation, Wanted } from "@bulkhead/core/wlbs";
import type { Driver, DriverStatus } from "./driver-types.ts";

export type CallName = keyof Driver;

/** What the thread is started with. */
export interface ThreadData {
  node: string;
  incarnation: number;
}

export type ToThread =
  | { kind: "call"; id: number; name: CallName; args: unknown[] }
  /** Is the event loop of the thread alive? Answered with `pong`. */
  | { kind: "ping" };

export type FromThread =
  /** The kernel's number of the thread, for its priority; null where that cannot be told. */
  | { kind: "ready"; tid: number | null }
  | { kind: "pong" }
  | { kind: "answer"; id: number; result: unknown }
  | { kind: "failure"; id: number; message: string }
  | { kind: "status"; status: DriverStatus }
  | { kind: "remember"; wanted: Wanted }
  | { kind: "lastCount"; observation: Observation }
  | {
      kind: "log";
      level: "debug" | "info" | "warn" | "error";
      fields: Record<string, unknown>;
      message: string;
    };
