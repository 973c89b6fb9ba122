/**
 * `mscs.command`: every order to a pair, its nodes, groups and resources (DOMAIN 2.7). Answers when the order has begun;
 * how it goes on is in the snapshot (`acts`). 404 for what the pair does not have, 409 for refusals of the rules and where
 * a confirmation is missing.
 */
import { mscsVerbs } from "@bulkhead/core/mscs";
import { z } from "zod";
import { nameInput, objectInput, objectNameInput } from "../inputs.ts";
import { signedIn } from "../trpc.ts";
import { answered } from "./answered.ts";

const order = z.strictObject({
  verb: z.enum(mscsVerbs),
  object: objectInput,
  /** Of move: null = the other node. */
  to: nameInput.nullable().default(null),
  /** Of pause, resume and maintenance; null = the usual one. */
  mode: z.enum(["keep", "drain", "none", "immediate", "policy", "on", "off"]).nullable().default(null),
  /** Null = by the pending timeouts of the resources. */
  deadlineS: z.number().int().min(1).max(86_400).nullable().default(null),
});

const input = z.strictObject({ cluster: objectNameInput, order, confirm: z.boolean().default(false) });

export const mscsCommand = signedIn
  .input(input)
  .mutation(async ({ ctx, input: request }) => answered(await ctx.mscs.command(ctx.actor, request)));
