/** `wlbs.command`: start, stop or drainstop a host or a whole cluster (DOMAIN 1.8). One outcome per host. */
import { z } from "zod";
import { nameInput } from "../inputs.ts";
import { signedIn } from "../trpc.ts";

const input = z.object({
  cluster: nameInput,
  /** Null = every host of the cluster. */
  host: nameInput.nullable().default(null),
  verb: z.enum(["start", "stop", "drainstop"]),
});

export const wlbsCommand = signedIn
  .input(input)
  .mutation(({ ctx, input: command }) => ctx.wlbs.command(ctx.actor, command));
