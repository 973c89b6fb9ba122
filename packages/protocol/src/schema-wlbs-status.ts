/**
 * Schema of what a WLBS host reports. Tolerant: unknown fields are dropped, and what an agent of the former form does not
 * say has the value of a host that knows nothing of it, so that a fleet can be updated one node after the other.
 */
import * as z from "zod";
import { CAUSES } from "./heartbeat/words.ts";
import { address, count, hostId, name, rows, sentence } from "./schema-parts.ts";

const hostState = z.enum(["stopped", "suspended", "converging", "converged", "draining"]);
const epoch = z.string().max(64);
const counter = count.default(0);
/** Epoch ms, possibly with a fraction. */
const time = z.number().min(0);
/** Run-length text of a bucket table: at worst 4,096 runs. */
const tableText = z.string().max(65_536);

const member = z.object({
  hostId,
  node: name,
  state: hostState,
  lastHeardMsAgo: z.number().min(0),
  isMember: z.boolean().default(true),
  hearsMe: z.boolean().default(true),
  lostPercent: z.number().min(0).max(100).default(0),
  jitterMs: z.number().min(0).default(0),
  probeHeard: z.boolean().nullable().default(null),
});

const rule = z.object({
  name,
  state: z.enum(["enabled", "disabled", "draining"]),
  health: z.enum(["none", "unknown", "healthy", "failing"]),
  healthText: sentence.nullable(),
  ownedCount: count,
  drainingCount: count,
  openConnections: count,
  table: z.number().int().min(0).max(63).nullable(),
});

const convergence = z.object({
  epoch,
  cause: z.enum(CAUSES),
  text: sentence,
  initiator: z.number().int().min(0).max(32),
  startedAt: time,
  endedAt: time.nullable(),
  members: z.array(hostId).max(32),
});

const finding = z.object({
  kind: name,
  severity: z.enum(["warn", "error"]),
  text: sentence,
  cure: sentence,
  evidence: z.array(sentence).max(64),
  since: time,
});

const flow = {
  acceptedPackets: counter,
  acceptedBytes: counter,
  drainedPackets: counter,
  drainedBytes: counter,
  foreignPackets: counter,
  foreignBytes: counter,
};

const traffic = z.object({
  ...flow,
  unleasedPackets: counter,
  strayPackets: counter,
  blockedPackets: counter,
  fragmentPackets: counter,
  forwardedPackets: counter,
  leaseRenewals: counter,
  rules: z
    .array(z.object({ name, ...flow }))
    .max(64)
    .default([]),
  vips: z
    .array(z.object({ address, ...flow }))
    .max(64)
    .default([]),
  bucketGroups: z.array(count).max(256).nullable().default(null),
});

const drain = z.object({
  since: time,
  deadline: time.nullable(),
  openConnections: count,
  estimateS: z.number().min(0).nullable(),
});

const present = z.object({
  cluster: name,
  hostId,
  state: hostState,
  isDefaultHost: z.boolean(),
  cause: sentence.nullable(),
  epoch: epoch.nullable(),
  convergenceCount: count,
  since: time,
  members: z.array(member).max(64),
  tables: z.array(tableText).max(64),
  rules: z.array(rule).max(64).default([]),
  history: z.array(convergence).max(64).default([]),
  findings: rows(finding).default([]),
  drain: drain.nullable().default(null),
  ownedCount: count,
  drainingCount: count,
  openConnections: count,
  leaseAlive: z.boolean(),
  traffic,
  rejectedBeats: z.record(name, count).default({}),
  lastError: sentence.nullable(),
});

/** The former form had one table, or null before the first. */
const former = z.looseObject({ table: tableText.nullable() });

export const wlbsStatus = z.preprocess((value) => {
  const read = former.safeParse(value);
  if (!read.success) return value;
  const { table, ...rest } = read.data;
  return { ...rest, tables: table === null ? [] : [table] };
}, present);
