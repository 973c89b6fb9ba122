/** Deployments as the API shows them. */
import type { DeploymentView } from "@bulkhead/api";
import type { DeploymentRow } from "@bulkhead/db";

/** Without envelopes: they are for the nodes. */
export function deploymentView(row: DeploymentRow): DeploymentView {
  return {
    id: row.id,
    planId: row.planId,
    planHash: row.planHash,
    state: row.state,
    startedAt: row.startedAt,
    finishedAt: row.finishedAt,
    by: row.by,
    why: row.why ?? awaited(row),
    nodes: row.nodes.map(({ node, generation, state, refusal }) => ({ node, generation, state, refusal })),
  };
}

function awaited(row: DeploymentRow): string | null {
  if (row.state !== "running") return null;
  const sent = row.nodes.filter(({ state }) => state === "sent").map(({ node }) => node);
  if (sent.length > 0) return `Waiting for ${sent.join(", ")} to take the policy.`;
  const waiting = row.nodes.filter(({ state }) => state === "waiting").map(({ node }) => node);
  return waiting.length > 0 ? `Next: ${waiting.join(", ")}.` : "Waiting for the nodes to be healthy.";
}
