/** `plans.create`: plan a fleet file. A refused or unreadable file is an answer too, kept and audited. */
import { z } from "zod";
import { overrideInput } from "../inputs.ts";
import { signedIn } from "../trpc.ts";

/** 1 MB of YAML is far more than 32 hosts need, and bounds what one request can cost. */
const input = z.object({ yaml: z.string().max(1_000_000), override: overrideInput });

export const plansCreate = signedIn
  .input(input)
  .mutation(({ ctx, input: request }) => ctx.plans.create(ctx.actor, request.yaml, request.override));
