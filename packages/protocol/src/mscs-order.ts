/** Reads the order that a command carries: outside text like any other. */
import type { MscsOrder } from "@bulkhead/core/mscs";
import { type Parsed, parsed, unreadable } from "./parsed.ts";
import { act } from "./schema-mscs-status.ts";

/** Of the arguments of `mscs.order`: `order` as JSON. */
export function parseMscsOrder(text: string): Parsed<MscsOrder> {
  let plain: unknown;
  try {
    plain = JSON.parse(text);
  } catch {
    return unreadable("The order is not JSON.");
  }
  const outcome = act.shape.order.safeParse(plain);
  if (outcome.success) return parsed(outcome.data);
  const [issue] = outcome.error.issues;
  return unreadable(
    `The order is not as agreed at ${issue?.path.join(".") ?? "its top"}: ${issue?.message}.`,
  );
}
