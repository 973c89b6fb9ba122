/** `wlbs.tables`: the bucket owners of a cluster. They are large, so the live picture carries only their key. */
import { z } from "zod";
import { nameInput } from "../inputs.ts";
import { signedIn } from "../trpc.ts";
import { answered } from "./answered.ts";

export const wlbsTables = signedIn
  .input(z.object({ cluster: nameInput }))
  .query(({ ctx, input }) => answered(ctx.wlbs.tables(input.cluster)));
