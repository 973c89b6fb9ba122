/** `tokens.create`: an API token for scripts. Its text is in this answer and nowhere else. */
import { z } from "zod";
import { labelInput } from "../inputs.ts";
import { signedIn } from "../trpc.ts";

export const tokensCreate = signedIn
  .input(z.object({ name: labelInput }))
  .mutation(({ ctx, input }) => ctx.tokens.create(ctx.actor, input));
