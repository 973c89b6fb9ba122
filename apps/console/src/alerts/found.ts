/** Narrows the list of alerts. Pure. */
import { hasWords } from "@bulkhead/ui/search.ts";
import type { StateRole } from "@bulkhead/ui/state.tsx";
import type { Alert } from "./alerts.ts";

/** Alerts that have every word of `text`, whatever its case, and the role if one is asked for. */
export function found(
  alerts: readonly Alert[],
  { text, role }: { text: string; role: StateRole | "" },
): Alert[] {
  return alerts.filter(
    (alert) =>
      (role === "" || alert.role === role) &&
      hasWords(`${alert.name} ${alert.text} ${alert.cure ?? ""}`, text),
  );
}
