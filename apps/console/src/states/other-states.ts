/** States of nodes, deployments and audit outcomes in the console's words. Pure. */
import type { DeploymentView, FleetSnapshot } from "@bulkhead/api";
import type { AuditOutcome } from "@bulkhead/core/audit";
import type { Condition } from "./condition.ts";

export type FleetNode = FleetSnapshot["nodes"][number];

/** An enrolled node: link, then whether it runs what was deployed. */
export function nodeCondition(node: FleetNode): Condition {
  if (node.lastRefusal)
    return { role: "bad", word: "Refused", why: `${node.lastRefusal.message}. ${node.lastRefusal.cure}` };
  if (!node.online)
    return {
      role: "unknown",
      word: "No news",
      why: `No link to ${node.name}. It goes on with the policy it has.`,
    };
  const { desired, applied } = node.generation;
  if (applied < desired)
    return {
      role: "active",
      word: "Pending",
      why: `Awaits policy ${desired}; it runs ${applied === 0 ? "none yet" : applied}.`,
    };
  if (!node.role)
    return {
      role: "off",
      word: "Unassigned",
      why: "Enrolled, but no cluster names it. Deploy a fleet file that does.",
    };
  return { role: "ok", word: "Online", why: null };
}

/** What the fleet file makes of a node. */
export function roleWord(node: FleetNode): string {
  if (node.role === "wlbs") return "WLBS host";
  if (node.role === "mscs") return "MSCS node";
  return node.role === "witness" ? "Witness" : "None";
}

const deploymentWords: Record<DeploymentView["state"], Omit<Condition, "why">> = {
  running: { role: "active", word: "Rolling out" },
  done: { role: "ok", word: "Applied" },
  refused: { role: "bad", word: "Refused" },
  failed: { role: "bad", word: "Failed" },
};

/** A deployment with what it awaits. */
export function deploymentCondition(deployment: Pick<DeploymentView, "state" | "why">): Condition {
  return { ...deploymentWords[deployment.state], why: deployment.why };
}

const rolloutWords: Record<DeploymentView["nodes"][number]["state"], Omit<Condition, "why">> = {
  waiting: { role: "off", word: "Waits its turn" },
  sent: { role: "active", word: "Sent" },
  accepted: { role: "ok", word: "Accepted" },
  refused: { role: "bad", word: "Refused" },
  offline: { role: "unknown", word: "No link" },
};

/** One node of a deployment. */
export function rolloutCondition(node: DeploymentView["nodes"][number]): Condition {
  return { ...rolloutWords[node.state], why: node.refusal?.message ?? null };
}

const outcomeWords: Record<AuditOutcome, Condition> = {
  done: { role: "ok", word: "Done", why: null },
  refused: { role: "warn", word: "Refused", why: null },
  failed: { role: "bad", word: "Failed", why: null },
};

/** Outcome of an audited act. */
export function outcomeCondition(outcome: AuditOutcome): Condition {
  return outcomeWords[outcome];
}
