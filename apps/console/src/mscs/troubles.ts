/** What the page of a pair says under its title and in its notices, each thing once. Pure. */
import { type MscsCluster, mscsClusterCondition, notProtected } from "../states/mscs-states.ts";

/** As the controller words it; the notice has it with its cure. */
const driftSentence = /The engine is configured otherwise than the policy says: [^;]*; adopt or revert\./;

/** The cause in one line, without what the notices below say; null = nothing is left to say. */
export function untold(cluster: MscsCluster): string | null {
  const condition = mscsClusterCondition(cluster);
  const why = condition.word === "Not protected" ? cluster.why : condition.why;
  if (why === null) return null;
  const rest = notProtected(cluster)
    .reduce((text, sentence) => text.replace(bare(sentence), ""), why)
    .replace(driftSentence, "")
    .replaceAll(/(^|\s)\.(?=\s|$)/g, "")
    .replaceAll(/\s{2,}/g, " ")
    .trim();
  return rest === "" ? null : rest;
}

const bare = (sentence: string) => sentence.replace(/\.$/, "");

/** Why the pair is not protected, as whole sentences. */
export function weaknesses(cluster: MscsCluster): string[] {
  return notProtected(cluster).map((sentence) => `${bare(sentence)}.`);
}

/** Where the weakness can be seen and mended: a lost node among the nodes, all else with the votes. */
export function weaknessView({ view }: MscsCluster): "nodes" | "quorum" {
  return view?.nodes.some(({ state }) => state !== "up" && state !== "paused") ? "nodes" : "quorum";
}
