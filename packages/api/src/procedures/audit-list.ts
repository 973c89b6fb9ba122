/** `audit.list`: a page of the audit log, newest first; `beforeSeq` asks for the next page. */
import { z } from "zod";
import { limitInput } from "../inputs.ts";
import { signedIn } from "../trpc.ts";

const input = z.object({
  beforeSeq: z.number().int().min(1).optional(),
  limit: limitInput,
  outcome: z.enum(["done", "refused", "failed"]).optional(),
  text: z.string().max(200).optional(),
});

export const auditList = signedIn.input(input).query(({ ctx, input: query }) => ctx.audit.list(query));
