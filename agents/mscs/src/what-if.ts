/** `mscs.whatIf` and `mscs.drift`: questions to the engine's own scheduler and to its configuration. Nothing is changed. */
import { compileCib, type MscsPolicy } from "@bulkhead/core/mscs";
import { execute, type PacemakerRunner, simulate } from "@bulkhead/pacemaker";
import { type CommandResult, parseWhatIf, type WhatIfArguments } from "@bulkhead/protocol";
import { withPostgresPrograms } from "./preflight.ts";

/**
 * `args`: `event`, `policy` and `state` as JSON, and `from`: `live` asks about the pair as it runs, `planned` about one that need
 * not run at all. `runner` null = this node runs no pair of ours. The answer's data is a `Prediction`.
 */
export async function answerWhatIf(
  runner: PacemakerRunner | null,
  args: Record<string, string>,
): Promise<CommandResult> {
  const question = parseWhatIf(args);
  if (!question.ok) return { code: "bad-params", message: question.problem };
  const isLive = args["from"] !== "planned";
  if (isLive && runner === null) {
    return {
      code: "refused",
      message: "This node runs no pair, so nothing can be asked about it as it runs",
    };
  }
  const live = isLive && runner !== null ? await runner.cib() : null;
  const data = await simulate(execute, { ...(await resolved(question.value)), live });
  return { code: "ok", message: "What Pacemaker's scheduler would do", data };
}

/** As this node would carry it out: the live CIB names programs that a policy leaves to be found. */
async function resolved({ event, policy, state }: WhatIfArguments): Promise<WhatIfArguments> {
  const next =
    event.kind === "policy" ? { ...event, policy: await withPostgresPrograms(event.policy) } : event;
  return { event: next, policy: await withPostgresPrograms(policy), state };
}

/** The answer's data is `{ lines, foreign }` of `DriftAnswer`. Rejects while the engine is away. */
export async function answerDrift(runner: PacemakerRunner, policy: MscsPolicy): Promise<CommandResult> {
  const { differences, foreign, isSamePolicy } = await runner.inspect(compileCib(policy));
  const message = isSamePolicy
    ? "What was changed by hand since the policy was written"
    : "The engine has another policy than this one; it is being written, or another node wrote a newer one";
  return { code: "ok", message, data: { lines: differences, foreign } };
}
