/** `plans.list`: the newest plans, refused ones included. */
import { z } from "zod";
import { limitInput } from "../inputs.ts";
import { signedIn } from "../trpc.ts";

export const plansList = signedIn
  .input(z.object({ limit: limitInput }))
  .query(({ ctx, input }) => ctx.plans.list(input.limit));
