/**
 * `wlbs.command`: every command to hosts and port rules (DOMAIN 1.8), to one host or to all of a cluster side by side.
 * One outcome per host. 404 for an unknown cluster or host, 409 where a confirmation is missing, 422 for a bad target.
 */
import { z } from "zod";
import { wlbsVerbs } from "../context.ts";
import { nameInput, ruleTargetInput } from "../inputs.ts";
import { signedIn } from "../trpc.ts";
import { answered } from "./answered.ts";

const input = z.object({
  cluster: nameInput,
  /** Null = every host of the cluster. */
  host: nameInput.nullable().default(null),
  verb: z.enum(wlbsVerbs),
  target: ruleTargetInput.nullable().default(null),
  deadlineS: z.number().int().min(1).max(86_400).nullable().default(null),
  confirm: z.boolean().default(false),
});

export const wlbsCommand = signedIn
  .input(input)
  .mutation(async ({ ctx, input: order }) => answered(await ctx.wlbs.command(ctx.actor, order)));
