/** `nodes.list`: enrolled nodes with role, cluster, versions and generations. */
import { signedIn } from "../trpc.ts";

export const nodesList = signedIn.query(({ ctx }) => ctx.fleet.snapshot().nodes);
