/** What the page of a pair says under its title and in its notices, each thing once. Pure. */
import { type MscsCluster, mscsClusterCondition, notProtected } from "../states/mscs-states.ts";

/** The cause in one line, without what the notices below say with its cure; null = nothing is left to say. */
export function untold(cluster: MscsCluster): string | null {
  const condition = mscsClusterCondition(cluster);
  const isOfCauses = condition.word === "Not protected" || condition.why === cluster.why;
  if (!isOfCauses) return condition.why;
  const rest = cluster.causes.filter(({ code }) => code !== "protection" && code !== "drift");
  return rest.length === 0 ? null : rest.map(({ text }) => text).join(" ");
}

/** Why the pair is not protected, as whole sentences. */
export function weaknesses(cluster: MscsCluster): string[] {
  return notProtected(cluster).map((sentence) => (sentence.endsWith(".") ? sentence : `${sentence}.`));
}

/** Where the weakness can be seen and mended: a lost node among the nodes, all else with the votes. */
export function weaknessView({ view }: MscsCluster): "nodes" | "quorum" {
  return view?.nodes.some(({ state }) => state !== "up" && state !== "paused") ? "nodes" : "quorum";
}
