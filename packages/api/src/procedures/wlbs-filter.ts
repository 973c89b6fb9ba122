/** `wlbs.filter`: which host of the cluster would take this packet, and why. Every host is asked. */
import { z } from "zod";
import { endpointInput, nameInput } from "../inputs.ts";
import { signedIn } from "../trpc.ts";
import { answered } from "./answered.ts";

const input = z.object({
  cluster: nameInput,
  protocol: z.enum(["tcp", "udp", "icmp", "gre", "esp", "ah"]).default("tcp"),
  from: endpointInput,
  to: endpointInput,
});

export const wlbsFilter = signedIn
  .input(input)
  .query(async ({ ctx, input: question }) => answered(await ctx.wlbs.filter(question)));
