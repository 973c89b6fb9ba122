/** `plans.get`: one plan with its refusals or changes; `stale` when another plan was applied since. */
import { z } from "zod";
import { idInput } from "../inputs.ts";
import { notFound, signedIn } from "../trpc.ts";

export const plansGet = signedIn.input(z.object({ id: idInput })).query(async ({ ctx, input }) => {
  const plan = await ctx.plans.get(input.id);
  return plan ?? notFound(`Plan ${input.id}`, "List the plans, or make a new one from the fleet file.");
});
