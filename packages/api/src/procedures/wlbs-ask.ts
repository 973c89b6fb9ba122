/** `wlbs.ask`: query, display, params, counters and queryport, answered by the hosts themselves. Changes nothing. */
import { z } from "zod";
import { wlbsQuestions } from "../context.ts";
import { nameInput, ruleTargetInput } from "../inputs.ts";
import { signedIn } from "../trpc.ts";
import { answered } from "./answered.ts";

const input = z.object({
  cluster: nameInput,
  host: nameInput.nullable().default(null),
  verb: z.enum(wlbsQuestions).default("query"),
  target: ruleTargetInput.nullable().default(null),
});

export const wlbsAsk = signedIn
  .input(input)
  .query(async ({ ctx, input: question }) => answered(await ctx.wlbs.ask(question)));
