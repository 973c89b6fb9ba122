/** The refusals that the stores themselves give. Placement rules are spoken by the tables (`../refusals.ts`). */
import type { Refusal } from "@bulkhead/core/fleet";

/** Says the same for unknown, used and expired, so that guessing learns nothing. */
export function badToken(): Refusal {
  return {
    rule: "B-enrolment-token",
    severity: "error",
    objects: [{ kind: "fleet", name: "enrolment" }],
    message: "The enrolment token is not valid",
    reason: "It is unknown, was used before, or has expired; a token works once.",
    cure: "Create a new token in the console (Nodes, Add node) and run the install command that it shows.",
  };
}

export function sameMachine(wanted: string, existing: string): Refusal {
  return {
    rule: "R2",
    severity: "error",
    objects: [
      { kind: "node", name: wanted },
      { kind: "node", name: existing },
    ],
    message: `${wanted} and ${existing} are the same machine`,
    reason: "A machine is one node; under two names it could be given both services.",
    cure: `Revoke ${existing} first, or keep using it. A cloned machine needs a machine-id of its own (rm -f /etc/machine-id /var/lib/dbus/machine-id; systemd-machine-id-setup).`,
  };
}

export function nameTaken(name: string): Refusal {
  return {
    rule: "B-node-name-taken",
    severity: "error",
    objects: [{ kind: "node", name }],
    message: `The name ${name} belongs to another machine`,
    reason: "A new machine must not inherit the rights of an old one by using its name.",
    cure: `Revoke ${name} if that machine is gone, then enrol again; or choose another name.`,
  };
}

export function unknownNode(name: string): Refusal {
  return {
    rule: "B-unknown-node",
    severity: "error",
    objects: [{ kind: "node", name }],
    message: `There is no enrolled node ${name}`,
    reason: "It never enrolled, or it was revoked already.",
    cure: "Look at the list of nodes for the right name.",
  };
}

export function nodeInUse(name: string, role: string): Refusal {
  return {
    rule: "B-node-in-use",
    severity: "error",
    objects: [{ kind: "node", name }],
    message: `Node ${name} serves as ${role} in the applied fleet file`,
    reason: "Revoking it now would leave the fleet file with a machine that does not exist.",
    cure: `Take ${name} out of the fleet file, apply that, then revoke it.`,
  };
}

export function stalePlan(planId: string): Refusal {
  return {
    rule: "B-stale-plan",
    severity: "error",
    objects: [{ kind: "deployment", name: planId }],
    message: "The fleet has changed since this plan was made",
    reason: "A plan is applied only to the fleet that it was made for; another plan was applied in between.",
    cure: "Make the plan again, look at what it changes now, and apply that.",
  };
}
