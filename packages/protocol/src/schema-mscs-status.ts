/**
 * Schema of what an agent of a pair reports. Tolerant: unknown fields are dropped (a newer agent may say
 * more), and what an agent of the former form does not say stands for "not known".
 */
import * as z from "zod";
import { address, count, idText, name, rows, sentence } from "./schema-parts.ts";

const objectName = z.string().min(1).max(256);

const resourceView = z.object({
  name,
  type: name,
  state: z.enum(["online", "offline", "failed", "pending", "unknown"]),
  owner: name.nullable(),
  failCount: count,
  failedOn: rows(
    z.object({ node: name, count, hard: z.enum(["here", "everywhere"]).nullable() }),
  ).exactOptional(),
  isOrderedOffline: z.boolean().default(false),
  lastFailure: sentence.nullable().default(null),
});

const groupView = z.object({
  name,
  state: z.enum(["online", "offline", "failed", "partial", "pending", "unknown"]),
  owner: name.nullable(),
  since: count.nullable().default(null),
  isOrderedOffline: z.boolean().default(false),
  failovers: z.object({ count, isHalted: z.boolean() }).nullable().default(null),
  isPinned: z.boolean().exactOptional(),
  resources: rows(resourceView),
});

const networkView = z.object({
  name,
  role: z.enum(["internal", "client", "both"]),
  state: z.enum(["up", "partitioned", "down", "unavailable", "unknown"]),
  interfaces: rows(
    z.object({
      node: name,
      address,
      state: z.enum(["up", "unreachable", "failed", "unavailable", "unknown"]),
    }),
  ),
});

export const clusterView = z.object({
  cluster: name,
  engineBlind: sentence.nullable(),
  hasQuorum: z.boolean(),
  witnessVotes: z.boolean().nullable(),
  witness: z
    .object({
      votes: z.boolean().nullable(),
      isTls: z.boolean().nullable(),
      why: sentence.nullable().default(null),
    })
    .default({ votes: null, isTls: null, why: null }),
  fencingEnabled: z.boolean(),
  fencing: rows(
    z.object({ device: name, working: z.boolean().nullable(), why: sentence.nullable() }),
  ).default([]),
  isMaintenance: z.boolean().default(false),
  dc: name.nullable(),
  nodes: rows(
    z.object({
      name,
      state: z.enum(["up", "down", "paused", "joining", "unclean", "unknown"]),
      pause: z.enum(["keep", "drain"]).nullable().default(null),
    }),
  ),
  networks: rows(networkView).default([]),
  groups: rows(groupView),
  fenceHistory: rows(
    z.object({
      target: name,
      action: z.string().max(64),
      status: z.string().max(256),
      completed: z.string().max(128),
    }),
  ),
  cibEpoch: z.string().max(64).nullable(),
  floating: rows(address).exactOptional(),
});

export const act = z.object({
  id: idText,
  order: z.object({
    // Spelled out: every agent reads this schema, and one without a pair loads nothing of pairs. `contract.ts` compares.
    verb: z.enum([
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
    ]),
    object: z.object({ kind: z.enum(["group", "resource", "node", "pair"]), name: objectName }),
    to: name.nullable(),
    mode: z.string().max(32).nullable(),
    deadlineS: count.nullable(),
  }),
  by: z.string().max(256),
  state: z.enum(["running", "done", "refused", "failed", "timeout"]),
  startedAt: count,
  deadlineAt: count,
  endedAt: count.nullable(),
  steps: rows(z.object({ at: count, text: sentence })),
  message: sentence,
});

const failover = z.object({
  id: z.string().min(1).max(256),
  group: name,
  cause: z.enum([
    "node-lost",
    "node-fenced",
    "resource-failed",
    "move",
    "pause",
    "failback",
    "quorum-lost",
    "offline-ordered",
    "online-ordered",
    "limit",
    "pair-start",
    "policy",
    "unknown",
  ]),
  detail: sentence,
  by: z.string().max(256).exactOptional(),
  from: name.nullable(),
  to: name.nullable(),
  startedAt: count,
  endedAt: count.nullable(),
  outcome: z.enum(["running", "online", "offline", "failed"]),
  steps: rows(z.object({ at: count, node: name.nullable(), text: sentence })),
});

export const mscsStatus = z.object({
  cluster: name,
  node: name,
  view: clusterView,
  seenAt: count.exactOptional(),
  utcOffsetMin: z.number().int().min(-1440).max(1440).exactOptional(),
  daemons: rows(z.object({ name, running: z.boolean() })),
  lastError: sentence.nullable(),
  drift: rows(sentence).default([]),
  acts: z.array(act).max(16).default([]),
  failovers: z.array(failover).max(32).default([]),
});

export const foreignPair = z.object({
  cluster: name,
  nodes: rows(z.object({ name, nodeId: count, addresses: rows(address) })),
  witness: name.nullable(),
  view: clusterView,
});
