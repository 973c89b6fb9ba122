/** `clusters.rotateKey`: gives a WLBS cluster a new heartbeat key in three steps, without a gap. Progress is in the live picture. */
import { z } from "zod";
import { nameInput } from "../inputs.ts";
import { signedIn } from "../trpc.ts";
import { answered } from "./answered.ts";

export const clustersRotateKey = signedIn
  .input(z.object({ cluster: nameInput }))
  .mutation(async ({ ctx, input }) => answered(await ctx.wlbs.rotateKey(ctx.actor, input.cluster)));
