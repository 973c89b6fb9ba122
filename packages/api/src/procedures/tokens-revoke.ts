/** `tokens.revoke`: an API token ends at once. */
import { z } from "zod";
import { idInput } from "../inputs.ts";
import { signedIn } from "../trpc.ts";

export const tokensRevoke = signedIn.input(z.object({ id: idInput })).mutation(async ({ ctx, input }) => {
  await ctx.tokens.revoke(ctx.actor, input.id);
  return { revoked: input.id };
});
