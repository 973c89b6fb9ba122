/** `deployments.list`: the newest deployments. */
import { z } from "zod";
import { limitInput } from "../inputs.ts";
import { signedIn } from "../trpc.ts";

export const deploymentsList = signedIn
  .input(z.object({ limit: limitInput }))
  .query(({ ctx, input }) => ctx.deployments.list(input.limit));
