/** `nodes.createToken`: one-time enrolment token and the command that installs the agent with it. */
import { z } from "zod";
import { nameInput } from "../inputs.ts";
import { signedIn } from "../trpc.ts";

/** One hour is enough to log on to a machine; a week is the longest that a lost token may live. */
const input = z.object({
  name: nameInput,
  ttlMinutes: z
    .number()
    .int()
    .min(1)
    .max(7 * 24 * 60)
    .default(60),
});

export const nodesCreateToken = signedIn
  .input(input)
  .mutation(({ ctx, input: request }) => ctx.nodes.createToken(ctx.actor, request));
