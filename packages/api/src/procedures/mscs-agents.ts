/** `mscs.agents`: the resource agents that are installed on both nodes of a pair. */
import { z } from "zod";
import { objectNameInput } from "../inputs.ts";
import { signedIn } from "../trpc.ts";
import { answered } from "./answered.ts";

export const mscsAgents = signedIn
  .input(z.strictObject({ cluster: objectNameInput }))
  .query(async ({ ctx, input }) => answered(await ctx.mscs.agents(input.cluster)));
