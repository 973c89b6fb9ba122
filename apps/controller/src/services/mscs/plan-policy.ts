/** The policy of a pair as a stored plan has it, which need not be in force. */
import type { Missing } from "@bulkhead/api";
import type { Refusal } from "@bulkhead/core/fleet";
import type { MscsPolicy } from "@bulkhead/core/mscs";
import type { PlanRow } from "@bulkhead/db";
import { mscsPairs } from "../../live/snapshot.ts";
import type { MscsServiceOptions } from "./pairs.ts";

export interface PlannedPair {
  policy: MscsPolicy;
  row: PlanRow;
}

export async function plannedPair(
  { db }: Pick<MscsServiceOptions, "db">,
  cluster: string,
  planId: string,
): Promise<PlannedPair | { refusals: Refusal[] } | Missing> {
  const row = await db.plans.get(planId);
  if (!row)
    return { missing: `Plan ${planId}`, cure: "List the plans, or make a new one from the fleet file." };
  const plan = row.report.plan;
  if (!plan) return { refusals: row.report.refusals.length > 0 ? row.report.refusals : [unreadable(planId)] };
  const pairs = mscsPairs(Object.values(plan.policies));
  const policy = pairs.find((pair) => pair.cluster === cluster);
  if (policy) return { policy, row };
  const names = pairs.map((pair) => pair.cluster).join(", ");
  return { missing: `MSCS pair ${cluster} in plan ${planId}`, cure: `The plan has ${names || "no pair"}.` };
}

function unreadable(planId: string): Refusal {
  return {
    rule: "B-plan-unreadable",
    severity: "error",
    objects: [{ kind: "deployment", name: planId }],
    message: `Plan ${planId} was made from a fleet file that could not be read`,
    reason: "Without a readable fleet file there is no pair to look at.",
    cure: "Correct the lines that the plan names, and plan again.",
  };
}
