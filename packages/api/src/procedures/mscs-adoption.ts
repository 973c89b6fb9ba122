/** `mscs.adoption`: what adopting the pair that a node runs would mean. Reads only. */
import { z } from "zod";
import { nameInput } from "../inputs.ts";
import { signedIn } from "../trpc.ts";
import { answered } from "./answered.ts";

export const mscsAdoption = signedIn
  .input(z.strictObject({ node: nameInput }))
  .query(async ({ ctx, input }) => answered(await ctx.mscs.adoption(input.node)));
