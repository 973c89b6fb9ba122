/** `nodes.revoke`: end a node's right to connect. Refused (409) while the intent names it. */
import { z } from "zod";
import { nameInput } from "../inputs.ts";
import { refuse, signedIn } from "../trpc.ts";

export const nodesRevoke = signedIn.input(z.object({ name: nameInput })).mutation(async ({ ctx, input }) => {
  const refusal = await ctx.nodes.revoke(ctx.actor, input.name);
  if (refusal) refuse([refusal]);
  return { revoked: input.name };
});
