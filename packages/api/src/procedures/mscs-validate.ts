/** `mscs.validate`: run all tests on a pair, as it is in force or as a plan wants it, and keep the report. */
import { z } from "zod";
import { idInput, objectNameInput } from "../inputs.ts";
import { signedIn } from "../trpc.ts";
import { answered } from "./answered.ts";

const input = z.strictObject({ cluster: objectNameInput, planId: idInput.nullable().default(null) });

export const mscsValidate = signedIn
  .input(input)
  .mutation(async ({ ctx, input: request }) => answered(await ctx.mscs.validate(ctx.actor, request)));
