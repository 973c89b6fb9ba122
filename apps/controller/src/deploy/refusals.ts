/** The refusals of planning and applying that are not placement rules. */
import type { Refusal } from "@bulkhead/core/fleet";

type Words = Pick<Refusal, "rule" | "message" | "reason" | "cure">;

function deploymentRefusal(name: string, words: Words): Refusal {
  return { ...words, severity: "error", objects: [{ kind: "deployment", name }] };
}

export function planUnknown(planId: string): Refusal {
  return deploymentRefusal(planId, {
    rule: "B-plan-unknown",
    message: `There is no plan ${planId}`,
    reason: "Only a stored plan can be applied, so that what is carried out is what was looked at.",
    cure: "Make a plan from the fleet file and apply that one.",
  });
}

export function planHashDiffers(planId: string): Refusal {
  return deploymentRefusal(planId, {
    rule: "B-plan-hash",
    message: `The hash given is not the hash of plan ${planId}`,
    reason: "The hash proves that the plan applied is the very plan that was looked at.",
    cure: "Open the plan again, read its changes, and apply it with the hash shown there.",
  });
}

export function planUnreadable(planId: string): Refusal {
  return deploymentRefusal(planId, {
    rule: "B-plan-unreadable",
    message: `Plan ${planId} was made from a fleet file that could not be read`,
    reason: "Without a readable fleet file there is nothing to carry out.",
    cure: "Correct the lines that the plan names, plan again, and apply the new plan.",
  });
}

export function planStale(planId: string, what: string): Refusal {
  return deploymentRefusal(planId, {
    rule: "B-stale-plan",
    message: `Plan ${planId} is out of date: ${what}`,
    reason:
      "Two admins must not overwrite each other unseen, so a plan applies only to the state it was made on.",
    cure: "Plan the fleet file again, read the changes, and apply the new plan.",
  });
}
