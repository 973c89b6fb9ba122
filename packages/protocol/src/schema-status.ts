/** Schemas of what agents report. Tolerant to unknown fields, which are dropped: a newer agent may say more. */
import * as z from "zod";
import { count, idText, name, placedAddress, refusal, rows, sentence, service } from "./schema-parts.ts";
import { wlbsStatus } from "./schema-wlbs-status.ts";

const groupView = z.object({
  name,
  state: z.enum(["online", "offline", "failed", "partial", "pending", "unknown"]),
  owner: name.nullable(),
  resources: rows(
    z.object({
      name,
      type: name,
      state: z.enum(["online", "offline", "failed", "pending", "unknown"]),
      owner: name.nullable(),
      failCount: count,
    }),
  ),
});

export const clusterView = z.object({
  cluster: name,
  engineBlind: sentence.nullable(),
  hasQuorum: z.boolean(),
  witnessVotes: z.boolean().nullable(),
  fencingEnabled: z.boolean(),
  dc: name.nullable(),
  nodes: rows(z.object({ name, state: z.enum(["up", "down", "paused", "joining", "unclean", "unknown"]) })),
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
});

export const mscsStatus = z.object({
  cluster: name,
  node: name,
  view: clusterView,
  daemons: rows(z.object({ name, running: z.boolean() })),
  lastError: sentence.nullable(),
});

export const statusReport = z.discriminatedUnion("service", [
  z.object({ service: z.literal("wlbs"), wlbs: wlbsStatus }),
  z.object({ service: z.literal("mscs"), mscs: mscsStatus }),
  z.object({
    service: z.literal("witness"),
    witness: z.object({ running: z.boolean(), lastError: sentence.nullable() }),
  }),
  z.object({ service: z.literal("none") }),
]);

export const inventoryReport = z.object({
  machineId: idText,
  hostname: z.string().max(256),
  agentVersion: z.string().max(64),
  kernel: z.string().max(256),
  addresses: rows(placedAddress),
  servicesSeen: z.array(service).max(2),
});

export const commandResult = z.object({
  code: z.enum([
    "ok",
    "already",
    "drain-stop",
    "stopped",
    "draining",
    "suspended",
    "bad-params",
    "refused",
    "failed",
    "timeout",
    "not-found",
  ]),
  message: z.string().max(65_536),
  data: z.unknown().exactOptional(),
  refusal: refusal.exactOptional(),
});
