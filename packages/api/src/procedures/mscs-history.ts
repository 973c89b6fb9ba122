/** `mscs.history`: the failovers of a pair, or of one of its groups, newest first, page by page. */
import { z } from "zod";
import { limitInput, objectNameInput } from "../inputs.ts";
import { signedIn } from "../trpc.ts";
import { answered } from "./answered.ts";

const input = z.strictObject({
  cluster: objectNameInput,
  group: objectNameInput.nullable().default(null),
  /** Epoch milliseconds of the last row of the page before. */
  before: z.number().int().min(0).nullable().default(null),
  limit: limitInput,
});

export const mscsHistory = signedIn
  .input(input)
  .query(async ({ ctx, input: page }) => answered(await ctx.mscs.history(page)));
