/**
 * The text of `wlbs query`: how often the host has entered convergence, what state it is in, and with whom
 * (DOMAIN 1.9).
 */
import type { MemberView, RuleView, WlbsStatus } from "../types.ts";

function stateLines(status: WlbsStatus): string[] {
  const host = `Host ${status.hostId}`;
  if (status.state === "stopped") return [`${host} is stopped.`];
  if (status.state === "suspended") return [`${host} is suspended: it obeys resume and query only.`];
  const asDefault = status.isDefaultHost && status.state === "converged" ? " (as DEFAULT)" : "";
  const ids = status.members.filter((member) => member.isMember).map((member) => member.hostId);
  return [
    `${host} has entered a converging state ${status.convergenceCount} time(s) since joining the cluster.`,
    `${host} ${status.state}${asDefault} with the following host(s) as part of the cluster: ${ids.join(", ")}`,
    ...status.members.map((member) => memberLine(member, status.hostId)),
    `Buckets: ${status.ownedCount} owned, ${status.drainingCount} draining; open connections: ${status.openConnections}`,
    ...status.rules.filter(isRemarkable).map(ruleLine),
  ];
}

function memberLine(member: MemberView, me: number): string {
  const { hostId, node, state } = member;
  if (hostId === me) return `  ${hostId}  ${node}  ${state}  this host`;
  const lost = member.lostPercent > 0 ? `, ${member.lostPercent.toFixed(1)} % of its beats lost` : "";
  return `  ${hostId}  ${node}  ${state}  heard ${member.lastHeardMsAgo} ms ago${lost}`;
}

function isRemarkable({ state, health }: RuleView): boolean {
  return state !== "enabled" || health === "failing";
}

function ruleLine({ name, state, health, healthText, openConnections }: RuleView): string {
  const probe = health === "failing" ? `, probe failing${healthText ? ` (${healthText})` : ""}` : "";
  return `Port rule ${name}: ${state}${probe}, ${openConnections} open connections`;
}

function drainLine({ drain }: WlbsStatus): string[] {
  if (!drain) return [];
  const left = drain.estimateS === null ? "" : `; the last one ends in about ${drain.estimateS} s`;
  const cut = drain.deadline === null ? "" : `; the rest is cut at ${new Date(drain.deadline).toISOString()}`;
  return [`Draining: ${drain.openConnections} connections left${left}${cut}`];
}

/** Lines joined by "\n", without a final one. */
export function renderQuery(status: WlbsStatus): string {
  const lines = [
    `WLBS cluster ${status.cluster}, host ${status.hostId}`,
    ...stateLines(status),
    ...drainLine(status),
  ];
  if (status.cause) lines.push(`Cause: ${status.cause}`);
  for (const { severity, text, cure } of status.findings)
    lines.push(`${severity === "error" ? "Error" : "Warning"}: ${text} ${cure}`);
  if (status.lastError) lines.push(`Last error: ${status.lastError}`);
  return lines.join("\n");
}
