/** `intent.current`: the fleet file that is in force and the hash of its plan. */
import { signedIn } from "../trpc.ts";

export const intentCurrent = signedIn.query(({ ctx }) => ctx.intent.current());
