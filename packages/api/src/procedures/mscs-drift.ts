/** `mscs.drift`: what the engine's configuration says otherwise than the policy, and objects of others in it. */
import { z } from "zod";
import { objectNameInput } from "../inputs.ts";
import { signedIn } from "../trpc.ts";
import { answered } from "./answered.ts";

export const mscsDrift = signedIn
  .input(z.strictObject({ cluster: objectNameInput }))
  .query(async ({ ctx, input }) => answered(await ctx.mscs.drift(input.cluster)));
