/** Findings of severity error as violations of the fleet, and the key by which a violation is known while it lasts. */
import type { WlbsSnapshot } from "@bulkhead/api";
import type { Refusal } from "@bulkhead/core/fleet";
import { driftKey } from "./drift.ts";
import { findingViolation } from "./wlbs/findings.ts";

export function wlbsViolations(clusters: readonly Pick<WlbsSnapshot, "name" | "findings">[]): Refusal[] {
  return clusters.flatMap(({ name, findings }) =>
    findings.filter(({ severity }) => severity === "error").map((finding) => findingViolation(name, finding)),
  );
}

/** Who is concerned by a finding may change while it lasts; what and where does not. */
export function violationKey(violation: Refusal): string {
  if (!violation.rule.startsWith("W-")) return driftKey(violation);
  const what = violation.rule === "W-duplicate-vip" ? violation.message : "";
  return `${violation.rule} ${violation.objects[0]?.name} ${what}`;
}
