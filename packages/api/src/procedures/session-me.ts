/** `session.me`: who is signed in, for the corner of the console and `bulkhead whoami`. */
import { signedIn } from "../trpc.ts";

export const sessionMe = signedIn.query(({ ctx }) => ctx.actor);
