/** Reads the arguments of `mscs.whatIf`: the event, the policy of the pair, and the state that it starts from, each as JSON. */
import type { MscsPolicy, PairState, WhatIfEvent } from "@bulkhead/core/mscs";
import * as z from "zod";
import { type Parsed, parsed, unreadable } from "./parsed.ts";
import { mscsPolicy } from "./schema-mscs-policy.ts";
import { count, name, rows } from "./schema-parts.ts";

export interface WhatIfArguments {
  event: WhatIfEvent;
  policy: MscsPolicy;
  state: PairState;
}

const objectName = z.string().min(1).max(256);

const event = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("nodeLoss"), node: name }),
  z.strictObject({ kind: z.literal("nodeReturn"), node: name }),
  z.strictObject({ kind: z.literal("nodePause"), node: name, mode: z.enum(["keep", "drain"]) }),
  z.strictObject({
    kind: z.literal("resourceFailure"),
    group: name,
    resource: name,
    times: z.number().int().min(1).max(1_000_000),
  }),
  z.strictObject({ kind: z.literal("linkLoss"), network: name }),
  z.strictObject({ kind: z.literal("witnessLoss") }),
  z.strictObject({ kind: z.literal("move"), group: name, to: name }),
  z.strictObject({ kind: z.literal("policy"), policy: mscsPolicy }),
]);

const state = z.strictObject({
  nodes: rows(z.strictObject({ name, state: z.enum(["up", "paused", "down"]) })),
  hasWitness: z.boolean(),
  owners: z.record(name, name.nullable()),
  failCounts: rows(z.strictObject({ node: name, resource: objectName, count })),
  hardFailures: rows(
    z.strictObject({ node: name, resource: objectName, isEverywhere: z.boolean() }),
  ).exactOptional(),
  orderedOffline: rows(objectName),
  deadNetworks: rows(name),
  hour: z.number().int().min(0).max(23),
  failovers: z.record(name, count),
  isMaintenance: z.boolean(),
  coordinator: name.nullable().exactOptional(),
  brokenFencing: rows(name),
});

export function parseWhatIf(args: Record<string, string>): Parsed<WhatIfArguments> {
  const outcome = z
    .strictObject({ event, policy: mscsPolicy, state })
    .safeParse({ event: plain(args["event"]), policy: plain(args["policy"]), state: plain(args["state"]) });
  if (outcome.success) return parsed(outcome.data);
  const [issue] = outcome.error.issues;
  return unreadable(
    `The question is not as agreed at ${issue?.path.join(".") ?? "its top"}: ${issue?.message}.`,
  );
}

/** Undefined for what is no JSON: the schema says what is missing. */
function plain(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? "");
  } catch {
    return undefined;
  }
}
