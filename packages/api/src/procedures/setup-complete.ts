/** `setup.complete`: make the first administrator with the one-time token of the first start. 422 if refused. */
import { z } from "zod";
import { labelInput } from "../inputs.ts";
import { publicProcedure, refuseInput } from "../trpc.ts";

/** 12 characters: long enough that the rate limit of the sign-in makes guessing hopeless. */
const input = z.object({
  token: z.string().min(1).max(200),
  name: labelInput,
  email: z.email().max(200),
  password: z.string().min(12, "Use at least 12 characters.").max(128),
});

export const setupComplete = publicProcedure.input(input).mutation(async ({ ctx, input: request }) => {
  const refusal = await ctx.setup.complete(request);
  if (refusal) refuseInput([refusal]);
  return { ok: true };
});
