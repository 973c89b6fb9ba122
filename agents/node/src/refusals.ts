/** The refusals that only the shell of the agent can know: a bad signature, and a policy that did not work out. */
import type { Refusal } from "@bulkhead/core/fleet";
import type { BundlePayload } from "@bulkhead/protocol";

export function signatureRefusal(node: string, problem: string): Refusal {
  return {
    rule: "B-bundle-signature",
    severity: "error",
    objects: [{ kind: "node", name: node }],
    message: `Node ${node} was offered a bundle that its controller did not sign`,
    reason: problem,
    cure: "Get the bundle from the controller that the node is enrolled with; if the controller has a new key, enrol the node again.",
  };
}

export function applyRefusal(payload: BundlePayload, problem: string): Refusal {
  return {
    rule: "B-bundle-apply",
    severity: "error",
    objects: [
      { kind: "node", name: payload.node },
      { kind: "bundle", name: String(payload.generation) },
    ],
    message: `Node ${payload.node} could not carry out bundle ${payload.generation}`,
    reason: problem,
    cure: `Mend that on ${payload.node}, then apply again; the node keeps trying its last good policy.`,
  };
}
