/** `mscs.agentForm`: the parameters of an installed resource agent as fields of a form. */
import { z } from "zod";
import { agentInput, objectNameInput } from "../inputs.ts";
import { signedIn } from "../trpc.ts";
import { answered } from "./answered.ts";

export const mscsAgentForm = signedIn
  .input(z.strictObject({ cluster: objectNameInput, agent: agentInput }))
  .query(async ({ ctx, input }) => answered(await ctx.mscs.agentForm(input)));
