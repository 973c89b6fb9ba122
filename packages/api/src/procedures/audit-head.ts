/** `audit.head`: number and hash of the newest record, to be written down elsewhere. */
import { signedIn } from "../trpc.ts";

export const auditHead = signedIn.query(({ ctx }) => ctx.audit.head());
