/** `tokens.list`: names and last use of the API tokens, never their text. */
import { signedIn } from "../trpc.ts";

export const tokensList = signedIn.query(({ ctx }) => ctx.tokens.list());
