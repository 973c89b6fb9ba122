/**
 * The driver of a WLBS host, as the rest of the agent sees it: heartbeats, machine and kernel. It runs in a thread of
 * its own (`driver-thread.ts`), so everything that goes in and comes out is plain data that can be copied.
 */
import type {
  DataPlane,
  DataPlaneEngine,
  HostVerb,
  MachineStatus,
  Observation,
  PlaneRule,
  RejectedBeats,
  RuleTarget,
  RuleVerb,
  TrafficCounters,
  Wanted,
  WlbsCode,
  WlbsPolicy,
} from "@bulkhead/core/wlbs";
import type { OpenBeats } from "@bulkhead/net";
import type { HeartbeatKey } from "@bulkhead/protocol";
import type { Clock, Logger } from "@bulkhead/runtime";
import type { Happening } from "./machine-shell.ts";

/** What the driver is to carry out. */
export interface Orders {
  policy: WlbsPolicy;
  keys: readonly HeartbeatKey[];
  /** What was wanted before a restart; heeded with the first orders only. */
  resume: Wanted | null;
}

/** What other threads find out and the machine must know. */
export type Finding = Extract<Happening, { kind: "health" | "link" }>;

export interface DriverStatus {
  machine: MachineStatus;
  /** Why the kernel refused last; null once it carries owned buckets again. */
  kernelError: string | null;
  leaseAlive: boolean;
  rejectedBeats: RejectedBeats;
}

/** What the kernel has counted, and how connections are to be sorted just now. */
export interface Sample {
  traffic: TrafficCounters;
  sorting: Sorting;
}

/** The part of a plane by which connections fall into rules and buckets. */
export interface Sorting {
  generation: number;
  /** Canonical addresses. */
  vips: string[];
  rules: PlaneRule[];
  hashSeed: number;
}

/** Connections as `sortConnections` gives them, with the generation of the plane whose rules sorted them. */
export interface Counted {
  generation: number;
  open: number;
  rules: { name: string; open: number; buckets: number[] }[];
}

export interface Answer {
  code: WlbsCode | "failed";
  message: string;
}

export interface Driver {
  /** Rejects when the orders cannot be begun: no such address, a key that is too short. */
  apply(orders: Orders): Promise<void>;
  /** `deadlineMs` with drainstop; null = none. */
  command(verb: HostVerb, deadlineMs: number | null): Promise<Answer>;
  ruleCommand(verb: RuleVerb, target: RuleTarget): Promise<Answer>;
  tell(finding: Finding): Promise<void>;
  /** Null while there is no plane. What the machine has to know of it (claims, probes, sticky clients) it is told. */
  sample(): Promise<Sample | null>;
  /** The plane that the kernel has confirmed. */
  plane(): Promise<DataPlane | null>;
  counted(counted: Counted): Promise<void>;
  /** The agent ends, the plane stays; buckets are handed over first where somebody can take them. */
  leave(): Promise<void>;
  /** The node is released: nothing is left. */
  release(): Promise<void>;
}

/** What the driver tells without being asked. */
export interface DriverOwner {
  onStatus(status: DriverStatus): void;
  /** Keep this over a restart. */
  onRemember(wanted: Wanted): void;
  /** The counters go away now with the plane: their last reading. */
  onLastCount(observation: Observation): void;
}

export interface DriverOptions {
  node: string;
  /** Never used before by this host. */
  incarnation: number;
  clock: Clock;
  log: Logger;
  openBeats: OpenBeats;
  engine: DataPlaneEngine;
  /**
   * Stops the whole thread for so long, ms; absent = it never rests. A full cluster sends hundreds of beats a second, and to
   * wake up for each costs several times what it costs to read it.
   */
  rest?: (forMs: number) => void;
}
