/** `setup.needed`: true until the first administrator exists; decides between set-up and sign-in page. */
import { publicProcedure } from "../trpc.ts";

export const setupNeeded = publicProcedure.query(({ ctx }) => ctx.setup.needed());
