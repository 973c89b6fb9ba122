/** Reads what commands to a pair carry in their arguments: outside text like any other. */
import type { MscsOrder, MscsPolicy } from "@bulkhead/core/mscs";
import type * as z from "zod";
import { type Parsed, parsed, unreadable } from "./parsed.ts";
import { mscsPolicy } from "./schema-mscs-policy.ts";
import { act } from "./schema-mscs-status.ts";

/** Of the arguments of `mscs.order`: `order` as JSON. */
export const parseMscsOrder = (text: string): Parsed<MscsOrder> => read(text, act.shape.order, "order");

/** Of the arguments of `mscs.inspect`: `policy` as JSON. */
export const parseMscsPolicy = (text: string): Parsed<MscsPolicy> => read(text, mscsPolicy, "policy");

function read<T>(text: string, form: z.ZodType<T>, what: string): Parsed<T> {
  let plain: unknown;
  try {
    plain = JSON.parse(text);
  } catch {
    return unreadable(`The ${what} is not JSON.`);
  }
  const outcome = form.safeParse(plain);
  if (outcome.success) return parsed(outcome.data);
  const [issue] = outcome.error.issues;
  return unreadable(
    `The ${what} is not as agreed at ${issue?.path.join(".") ?? "its top"}: ${issue?.message}.`,
  );
}
