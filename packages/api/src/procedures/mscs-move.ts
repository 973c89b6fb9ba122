/** `mscs.move`: move a group to the other node of its pair (DOMAIN 2, `cluster group /moveto`). */
import { z } from "zod";
import { nameInput, objectNameInput } from "../inputs.ts";
import { signedIn } from "../trpc.ts";

const input = z.object({
  cluster: objectNameInput,
  group: objectNameInput,
  /** Null = the peer of the present owner. */
  to: nameInput.nullable().default(null),
});

export const mscsMove = signedIn
  .input(input)
  .mutation(({ ctx, input: move }) => ctx.mscs.move(ctx.actor, move));
