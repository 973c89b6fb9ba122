/**
 * What hosts of a WLBS cluster say to each other. The beat goes out once per period and at every change of phase; the
 * distribution of an epoch travels as one layout and the parts of its tables, re-sent until every member has them;
 * draining buckets (direct mode) and exceptions (extended affinity) are told when they change and every second.
 * `packages/protocol` signs and packs all of them; here they are plain data.
 */
import type { ConvergenceCause } from "../types.ts";

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
 * joining: owns nothing, wants in. member: in an epoch. leaving: stopped, its plane is removed, it says farewell.
 * failed: its kernel refused the plane, it owns nothing and retries.
 */
export type Stage = "joining" | "member" | "leaving" | "failed";

/** What is asked of all members, rising within one epoch; stable = everybody has applied. */
export type Order = "release" | "commit" | "stable";

/** What a member has done in the epoch of its view: has the tables, owns old ∩ new only, owns new. */
export type Phase = "received" | "released" | "applied";

/**
 * Partition policy `majority`: the stable epoch that this one follows, as far as its voters are in this one too. A host
 * that comes in without a past learns from it whose majority counts.
 */
export interface Electorate {
  /** Names the formation of the cluster, 0 .. 2^48-1. */
  lineage: number;
  epoch: Epoch;
  /** Host IDs of members of the view that have a vote, rising. */
  voters: number[];
  /** Host IDs of those that have one and are not in the view, rising. */
  absent: number[];
}

/** The epoch a host is in, as it knows it. */
export interface EpochView {
  epoch: Epoch;
  /** Sorted by host ID. */
  members: MemberId[];
  /** Takes traffic without a rule; 0 = nobody (all drain). */
  defaultHost: number;
  /** 16 hex digits, see `distributionDigest`. */
  tableDigest: string;
  /** The policy in force in this epoch, see `wlbsPolicyDigest`. */
  policyDigest: string;
  order: Order;
  /** Why it was proposed, and the host ID of the host that gave cause; 0 = unknown. */
  cause: ConvergenceCause;
  initiator: number;
  /** Null: formed anew, or partition policy `serve`. */
  electorate: Electorate | null;
}

/** What every message carries: of which cluster, from which life of which host, and its number. */
export interface Envelope extends MemberId {
  cluster: string;
  /** Rises by one with every message of this incarnation. */
  seq: number;
}

export interface Beat extends Envelope {
  kind: "beat";
  node: string;
  /** Of the cluster interface, lower case; null = not known. */
  mac: string | null;
  stage: Stage;
  draining: boolean;
  /** True when the kernel of this host holds no owned bucket, so nobody has to wait for its lease. */
  clear: boolean;
  /** True when a plane is in place and confirmed; a newcomer is let in only then, so that nobody waits for its kernel. */
  ready: boolean;
  /** False while its cluster interface has no link, though its beats may still arrive. */
  linkUp: boolean;
  /** Newest policy this host holds (it may differ from the one in force) and its number of port rules. */
  policyDigest: string;
  ruleCount: number;
  /** Rules that are disabled or draining here by command: bit n = slot n of the policy of `view`, without a view of the newest one. */
  closed: number;
  /** Rules whose probe fails here, likewise. */
  failing: number;
  /** Version of this host's newest exceptions, 0 = it never had any; who takes buckets must have them. */
  exceptions: number;
  /** Null unless stage is member. */
  view: EpochView | null;
  phase: Phase | null;
  /** Hosts heard within the detection time, sorted by host ID. */
  acks: Ack[];
}

/** Buckets of one table part: small enough that a datagram stays far below 1300 bytes. */
export const PART_BUCKETS = 1024;

/** Which table every slot of the epoch's policy uses; tables are numbered by their first slot. */
export interface TableLayout extends Envelope {
  kind: "layout";
  epoch: Epoch;
  tableDigest: string;
  /** Number of the slot's table; null = none (mode disabled). */
  slots: (number | null)[];
  /** By table number: the one owner of all its buckets (0 = nobody), or null: it comes in parts. */
  uniform: (number | null)[];
}

export interface TablePart extends Envelope {
  kind: "table";
  epoch: Epoch;
  tableDigest: string;
  /** Table number of the layout. */
  table: number;
  /** 0 .. BUCKET_COUNT / PART_BUCKETS - 1. */
  part: number;
  /** PART_BUCKETS host IDs, 0 = nobody. */
  owners: Uint8Array;
}

/** A page of an announcement: the pages of one version replace those of the version before. */
export interface Page {
  /** Of the rules whose slots are meant, see `slotsDigest`. */
  slotsDigest: string;
  /** Rises with every change, within one incarnation; a repetition has the same. */
  version: number;
  page: number;
  /** At least 1. */
  pages: number;
}

/** Direct mode: buckets whose connections this host keeps although others own them. One page for each group of slots. */
export interface Drains extends Envelope, Page {
  kind: "drains";
  /** Bit n = slot n. */
  slots: number;
  /** One bit per bucket, lowest first; empty = none. */
  bitmap: Uint8Array;
}

/** Extended affinity: clients of this host whose buckets are not its own. A slot may need several pages. */
export interface Exceptions extends Envelope, Page {
  kind: "exceptions";
  slot: number;
  /** Canonical addresses; network affinity: the network's first address. */
  clients: string[];
}

/** Clients on one page: 60 IPv6 addresses have 1020 bytes. */
export const PAGE_CLIENTS = 60;

export type WlbsMessage = Beat | TableLayout | TablePart | Drains | Exceptions;
