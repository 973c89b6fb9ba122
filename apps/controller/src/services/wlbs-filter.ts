/** Joins what every host of a cluster says of one packet: who takes it, and why. Pure. */
import type { CommandOutcome, FilterAnswer, FilterQuestion } from "@bulkhead/api";
import type { FilterVerdict, WlbsPolicy } from "@bulkhead/core/wlbs";
import { listText } from "../live/words.ts";

/** `outcomes`: answers of the hosts to `wlbs.filter`; those that did not answer are among them. */
export function filterAnswer(
  policy: WlbsPolicy,
  question: FilterQuestion,
  outcomes: readonly CommandOutcome[],
): FilterAnswer {
  const hosts = outcomes.map(({ node, code, message, data }) => ({
    node,
    code,
    message,
    hostId: policy.hosts.find((host) => host.node === node)?.hostId ?? 0,
    verdict: code === "ok" ? readVerdict(data) : null,
  }));
  const accepting = hosts.filter(({ verdict }) => verdict?.accepts);
  const accepts = accepting.map(({ node }) => node);
  return { accepts, text: answerText(question, hosts), hosts };
}

function answerText(question: FilterQuestion, hosts: FilterAnswer["hosts"]): string {
  const accepting = hosts.filter(({ verdict }) => verdict?.accepts);
  const [first] = accepting;
  if (first && accepting.length === 1)
    return `${first.node} (host ${first.hostId}) takes it. ${first.message}`;
  const names = listText(accepting.map(({ node }) => node));
  if (first && question.protocol === "icmp") return `${names} answer echo: FilterIcmp is off.`;
  if (first) return `${names} would take it, which is one too many: look at the findings of the cluster.`;
  const silent = hosts.filter(({ verdict }) => verdict === null);
  if (silent.length === 0) return `No host takes it. ${hosts[0]?.message ?? ""}`.trim();
  const missing = listText(silent.map(({ node }) => node));
  return `No host that answered takes it; ${missing} did not answer. ${silent[0]?.message}`;
}

/** The answer of an agent is outside text like any other. */
function readVerdict(data: unknown): FilterVerdict | null {
  if (typeof data !== "object" || data === null) return null;
  const { accepts, acceptsOpenConnections, rule, bucket, owner, text } = data as Record<string, unknown>;
  if (typeof accepts !== "boolean" || typeof text !== "string") return null;
  return {
    accepts,
    acceptsOpenConnections: acceptsOpenConnections === true,
    rule: typeof rule === "string" ? rule : null,
    bucket: typeof bucket === "number" ? bucket : null,
    owner: typeof owner === "number" ? owner : null,
    text,
  };
}
