/**
 * The text of `wlbs query`: how often the host has entered convergence, what state it is in, and with whom
 * (DOMAIN 1.9).
 */
import type { WlbsStatus } from "../types.ts";

const WORDS = { stopped: "stopped", converging: "converging", draining: "draining", converged: "converged" };

/** Lines joined by "\n", without a final one. */
export function renderQuery(status: WlbsStatus): string {
  const lines = [`WLBS cluster ${status.cluster}, host ${status.hostId}`];
  const asDefault = status.isDefaultHost && status.state === "converged" ? " (as DEFAULT)" : "";
  if (status.state === "stopped") {
    lines.push(`Host ${status.hostId} is stopped.`);
  } else {
    const ids = status.members.map((member) => member.hostId).join(", ");
    lines.push(
      `Host ${status.hostId} has entered a converging state ${status.convergenceCount} time(s) since joining the cluster.`,
      `Host ${status.hostId} ${WORDS[status.state]}${asDefault} with the following host(s) as part of the cluster: ${ids}`,
      ...status.members.map((m) => `  ${m.hostId}  ${m.node}  ${m.state}  heard ${m.lastHeardMsAgo} ms ago`),
      `Buckets: ${status.ownedCount} owned, ${status.drainingCount} draining; open connections: ${status.openConnections}`,
    );
  }
  if (status.cause) lines.push(`Cause: ${status.cause}`);
  if (status.lastError) lines.push(`Last error: ${status.lastError}`);
  return lines.join("\n");
}
