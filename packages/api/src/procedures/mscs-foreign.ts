/** `mscs.foreign`: pairs that agents have found and Bulkhead did not set up. */
import { signedIn } from "../trpc.ts";

export const mscsForeign = signedIn.query(({ ctx }) => ctx.mscs.foreign());
