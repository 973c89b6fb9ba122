/** Schemas of the frames of the link and of the enrolment messages, see `link.ts` for their order. */
import * as z from "zod";
import {
  base64Text,
  count,
  idText,
  name,
  objectRef,
  refusal,
  rows,
  sentence,
  signature,
} from "./schema-parts.ts";
import { commandResult, inventoryReport, statusReport } from "./schema-status.ts";

export const bundleEnvelope = z.object({ payload: base64Text, signature, keyId: idText });

const commandVerb = z.enum([
  "wlbs.start",
  "wlbs.stop",
  "wlbs.drainstop",
  "wlbs.suspend",
  "wlbs.resume",
  "wlbs.enable",
  "wlbs.disable",
  "wlbs.drain",
  "wlbs.query",
  "wlbs.display",
  "wlbs.counters",
  "wlbs.params",
  "wlbs.reload",
  "wlbs.queryport",
  "wlbs.ip2mac",
  "wlbs.filter",
  "mscs.groups",
  "mscs.move",
  "mscs.order",
  "mscs.whatIf",
  "mscs.drift",
  "mscs.adoption",
  "mscs.inspect",
  "mscs.agents",
]);

export const toAgent = z.discriminatedUnion("type", [
  z.object({ type: z.literal("challenge"), nonce: idText }),
  z.object({ type: z.literal("welcome"), signature, now: count }),
  z.object({ type: z.literal("bundle"), envelope: bundleEnvelope }),
  z.object({
    type: z.literal("command"),
    id: idText,
    verb: commandVerb,
    // A policy as JSON is the longest.
    args: z.record(name, z.string().max(256_000)),
  }),
]);

export const toController = z.discriminatedUnion("type", [
  z.object({
    type: z.literal("hello"),
    node: name,
    nonce: idText,
    signature,
    appliedGeneration: count,
  }),
  z.object({ type: z.literal("inventory"), inventory: inventoryReport }),
  z.object({ type: z.literal("status"), at: count, status: statusReport }),
  z.object({
    type: z.literal("bundleResult"),
    generation: count,
    accepted: z.boolean(),
    refusal: refusal.nullable(),
  }),
  z.object({ type: z.literal("commandResult"), id: idText, result: commandResult }),
  z.object({
    type: z.literal("event"),
    at: count,
    kind: name,
    message: sentence,
    objects: rows(objectRef),
  }),
]);

export const enrolRequest = z.object({
  token: z.string().min(1).max(256),
  inventory: inventoryReport,
  signingKey: base64Text.max(1024),
  sealingKey: base64Text.max(1024),
});

export const enrolResponse = z.object({ node: name, controllerKey: base64Text.max(1024), keyId: idText });
