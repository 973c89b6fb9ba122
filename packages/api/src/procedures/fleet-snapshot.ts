/** `fleet.snapshot`: the whole live picture, once. */
import { signedIn } from "../trpc.ts";

export const fleetSnapshot = signedIn.query(({ ctx }) => ctx.fleet.snapshot());
