/** `deployments.get`: one deployment with the state of every node. */
import { z } from "zod";
import { idInput } from "../inputs.ts";
import { notFound, signedIn } from "../trpc.ts";

export const deploymentsGet = signedIn.input(z.object({ id: idInput })).query(async ({ ctx, input }) => {
  const deployment = await ctx.deployments.get(input.id);
  return deployment ?? notFound(`Deployment ${input.id}`, "List the deployments to see which exist.");
});
