/** What diagnoses are made from, and what they look like. */
import type { Finding, WlbsPolicy } from "../types.ts";

/** Another host as this one hears it. */
export interface HeardHost {
  hostId: number;
  node: string;
  hearsMe: boolean;
  policyDigest: string;
  ruleCount: number;
  isMember: boolean;
  /** Which hosts it hears. */
  hears: number[];
  /** A second life under this host ID is heard as well, or it is our own ID. */
  sharesIdWith: string | null;
}

/** Two clusters where there should be one: what each side said. */
export interface EpochClash {
  node: string;
  theirs: { epoch: string; members: number[] };
  mine: { epoch: string; members: number[] };
  at: number;
}

/** What a host knows, as plain data. `query/status.ts` gathers it. */
export interface Evidence {
  now: number;
  node: string;
  hostId: number;
  policy: WlbsPolicy;
  policyDigest: string;
  /** Has been started, and for how long it has listened since. */
  listenedMs: number | null;
  detectMs: number;
  heard: HeardHost[];
  /** Beats dropped unread, by reason, with where the latest came from; only those of the last minute. */
  rejected: { reason: string; count: number; from: string }[];
  link: { up: boolean; mac: string | null } | null;
  kernelFault: string | null;
  claims: { vip: string; mac: string }[];
  /** Dedicated IPs; null = cannot be told. */
  probesHeardFrom: string[] | null;
  clashes: EpochClash[];
  /** Hosts that are missing for a majority, or null. */
  majorityMissing: string[] | null;
}

/** A finding before it is known since when it has been so. */
export type Diagnosis = Omit<Finding, "since">;

/** Looks for one kind of trouble. */
export type Examine = (evidence: Evidence) => Diagnosis[];

interface Words {
  text: string;
  cure: string;
  evidence?: string[];
}

export function error(kind: string, { text, cure, evidence = [] }: Words): Diagnosis {
  return { kind, severity: "error", text, cure, evidence };
}

export function warning(kind: string, { text, cure, evidence = [] }: Words): Diagnosis {
  return { kind, severity: "warn", text, cure, evidence };
}

export function nodeOf({ policy }: Evidence, hostId: number): string {
  return policy.hosts.find((host) => host.hostId === hostId)?.node ?? `host ${hostId}`;
}

export function interfaceOf({ policy, hostId }: Evidence): string {
  return policy.hosts.find((host) => host.hostId === hostId)?.interface ?? "the cluster interface";
}
