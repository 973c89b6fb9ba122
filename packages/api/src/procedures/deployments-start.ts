/** `deployments.start`: carry out the plan whose hash the admin saw. Refused: 409 with `data.refusals`. */
import { z } from "zod";
import { idInput, overrideInput } from "../inputs.ts";
import { refuse, signedIn } from "../trpc.ts";

const input = z.object({
  planId: idInput,
  hash: z.string().regex(/^[0-9a-f]{64}$/, "The hash of a plan has 64 hexadecimal digits."),
  /** The rules that were set aside when the plan was made. */
  override: overrideInput,
});

export const deploymentsStart = signedIn.input(input).mutation(async ({ ctx, input: request }) => {
  const result = await ctx.deployments.apply(ctx.actor, request);
  return "refusals" in result ? refuse(result.refusals) : result;
});
