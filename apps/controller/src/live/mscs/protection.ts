/** Whether a pair survives one failure, as far as the controller can tell. */
import type { MscsPolicy, Protection } from "@bulkhead/core/mscs";
import type { Witnessed } from "./seen.ts";

/** A pair of which nothing is known is not called protected. */
export function protectionOfPair(
  policy: MscsPolicy,
  best: Witnessed | null,
  isWitnessOnline: boolean,
): Protection {
  const view = best?.isFresh ? best.view : null;
  const why = [
    policy.fencing === null
      ? "The pair has no fencing, so a lost node cannot be proven dead. Add fencing in the fleet file."
      : null,
    policy.witness === null
      ? "The pair has no witness, so neither node may go on alone. Add a witness in the fleet file."
      : null,
    policy.witness !== null && !isWitnessOnline && view?.witnessVotes === false
      ? `The witness ${policy.witness.node} does not vote: one more loss stops the pair. Bring it back.`
      : null,
    view !== null && view.engineBlind === null && policy.fencing !== null && !view.fencingEnabled
      ? "Fencing is off in the engine. Revert the pair to its policy."
      : null,
  ].filter((line) => line !== null);
  return { isProtected: why.length === 0, why };
}
