/** What only the controller can see of machines that are to become a pair. */
import type { Refusal } from "@bulkhead/core/fleet";
import { clockCure, clockGapText, clockMsMax } from "@bulkhead/core/mscs";
import type { Plan } from "@bulkhead/core/plan";
import type { LiveFleet } from "../live/live-fleet.ts";
import { wrongClocks } from "../live/mscs/clocks.ts";

/** A pair is not formed of machines with wrong clocks; one that runs is only told of (`pairWhy`). */
export function clockRefusals(plan: Plan, live: LiveFleet): Refusal[] {
  const joining = new Set(
    plan.changes.filter(({ before, after }) => after === "mscs" && before !== "mscs").map(({ node }) => node),
  );
  const pairs = new Map(
    Object.entries(plan.policies).flatMap(([node, policy]) =>
      policy.service === "mscs" && joining.has(node) ? [[policy.mscs.cluster, policy.mscs] as const] : [],
    ),
  );
  return [...pairs.values()].flatMap((pair) =>
    wrongClocks(pair, live).map(({ node, aheadMs }) => clockRefusal(pair.cluster, node, aheadMs)),
  );
}

function clockRefusal(cluster: string, node: string, aheadMs: number): Refusal {
  return {
    rule: "B-clock",
    severity: "error",
    objects: [
      { kind: "mscs-cluster", name: cluster },
      { kind: "node", name: node },
    ],
    message: `The clock of ${node} is ${clockGapText(aheadMs)} the controller's`,
    reason: `Certificates, failback windows and histories of a pair go by its clocks, which may be off by ${clockMsMax / 1000} s at most.`,
    cure: `${clockCure} Then apply again.`,
  };
}
