/** Schemas of what agents report. Tolerant to unknown fields, which are dropped: a newer agent may say more. */
import * as z from "zod";
import { foreignPair, mscsStatus } from "./schema-mscs-status.ts";
import { idText, placedAddress, refusal, rows, sentence, service } from "./schema-parts.ts";
import { wlbsStatus } from "./schema-wlbs-status.ts";

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
  foreignPair: foreignPair.nullable().exactOptional(),
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
