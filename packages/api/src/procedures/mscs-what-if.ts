/** `mscs.whatIf`: what would come of an event on a pair, by core's model and by Pacemaker's scheduler. Changes nothing. */
import { z } from "zod";
import { idInput, nameInput, objectNameInput } from "../inputs.ts";
import { signedIn } from "../trpc.ts";
import { answered } from "./answered.ts";

const question = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("nodeLoss"), node: nameInput }),
  z.strictObject({ kind: z.literal("nodeReturn"), node: nameInput }),
  z.strictObject({
    kind: z.literal("nodePause"),
    node: nameInput,
    mode: z.enum(["keep", "drain"]).default("drain"),
  }),
  z.strictObject({
    kind: z.literal("resourceFailure"),
    group: objectNameInput,
    resource: objectNameInput,
    /** Nobody waits for more failures in a row than this. */
    times: z.number().int().min(1).max(1000).default(1),
  }),
  z.strictObject({ kind: z.literal("linkLoss"), network: z.string().min(1).max(63) }),
  z.strictObject({ kind: z.literal("witnessLoss") }),
  z.strictObject({ kind: z.literal("move"), group: objectNameInput, to: nameInput }),
  z.strictObject({ kind: z.literal("plan"), planId: idInput }),
]);

const input = z.strictObject({
  cluster: objectNameInput,
  from: z.enum(["live", "planned"]).default("live"),
  question,
});

export const mscsWhatIf = signedIn
  .input(input)
  .query(async ({ ctx, input: request }) => answered(await ctx.mscs.whatIf(request)));
