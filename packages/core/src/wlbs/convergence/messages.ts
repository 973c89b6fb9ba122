/**
 * What hosts of a WLBS cluster say to each other. Two datagrams: the beat, once per period and at every change
 * of phase, and the parts of a bucket table, re-sent by the coordinator until every member has them.
 * `packages/protocol` signs and packs them; here they are plain data.
 */

/** Orders every redistribution: higher counter is newer, at equal counters the lower coordinator. */
export interface Epoch {
  counter: number;
  /** Host ID of the host that proposed it. */
  coordinator: number;
}

/** One life of one host: a restarted agent is a new member under the old host ID. */
export interface MemberId {
  hostId: number;
  incarnation: number;
}

/** "I have heard your beat number seq": the receiver may trust its lease that far and no further. */
export interface Ack extends MemberId {
  seq: number;
}

/**
 * joining: owns nothing, wants in. member: in an epoch. leaving: stopped, its plane is removed.
 * failed: its kernel refused the plane, it owns nothing and retries.
 */
export type Stage = "joining" | "member" | "leaving" | "failed";

/** What the coordinator asks of all members, rising within one epoch; stable = everybody has applied. */
export type Order = "release" | "commit" | "stable";

/** What a member has done in the epoch of its view: has the table, owns old ∩ new only, owns new. */
export type Phase = "received" | "released" | "applied";

/** The epoch a host is in, as it knows it. */
export interface EpochView {
  epoch: Epoch;
  /** Sorted by host ID. */
  members: MemberId[];
  /** Takes traffic without a rule; 0 = nobody (all drain). */
  defaultHost: number;
  /** 16 hex digits, see `tableDigest`. */
  tableDigest: string;
  /** The policy in force in this epoch, see `wlbsPolicyDigest`. */
  policyDigest: string;
  order: Order;
}

export interface Beat {
  kind: "beat";
  cluster: string;
  node: string;
  hostId: number;
  incarnation: number;
  /** Rises by one with every message of this incarnation, table parts included. */
  seq: number;
  stage: Stage;
  draining: boolean;
  /** True when the kernel of this host holds no owned bucket, so nobody has to wait for its lease. */
  clear: boolean;
  /** Newest policy this host holds (it may differ from the one in force) and its number of port rules. */
  policyDigest: string;
  ruleCount: number;
  /** Null unless stage is member. */
  view: EpochView | null;
  phase: Phase | null;
  /** Hosts heard within the detection time, sorted by host ID. */
  acks: Ack[];
  ownedCount: number;
}

/** Buckets of one table part: small enough that a datagram stays far below 1300 bytes. */
export const PART_BUCKETS = 1024;

export interface TablePart {
  kind: "table";
  cluster: string;
  hostId: number;
  incarnation: number;
  seq: number;
  epoch: Epoch;
  tableDigest: string;
  /** 0 .. BUCKET_COUNT / PART_BUCKETS - 1. */
  part: number;
  /** PART_BUCKETS host IDs, 0 = nobody. */
  owners: Uint8Array;
}

export type WlbsMessage = Beat | TablePart;
