/** How answers of hosts are printed, and which exit code they make. */
import type { CommandOutcome } from "@bulkhead/api";
import { print, refusalText } from "../../output.ts";
import type { Session } from "../../session.ts";

/** Codes that leave the host in the wanted state. */
const fine = new Set<CommandOutcome["code"]>(["ok", "already", "drain-stop"]);

/** Exit code 1 unless every host did it. */
export function noteExit(outcomes: readonly Pick<CommandOutcome, "code">[]): void {
  if (outcomes.some(({ code }) => !fine.has(code))) process.exitCode = 1;
}

/** One line per host. */
export function printOutcomes(session: Session, outcomes: readonly CommandOutcome[]): void {
  print(session.json(), outcomes, (list) => list.map(outcomeText).join("\n"));
  noteExit(outcomes);
}

/** The texts of the hosts, with a heading where there are several. */
export function printAnswers(session: Session, outcomes: readonly CommandOutcome[]): void {
  print(session.json(), outcomes, (list) =>
    list.length === 1
      ? list.map(answerText).join("")
      : list.map((outcome) => `== ${outcome.node} ==\n${answerText(outcome)}`).join("\n\n"),
  );
  noteExit(outcomes);
}

function answerText({ code, status, message }: CommandOutcome): string {
  return code === "ok" ? message : `${code} (${status}): ${message}`;
}

function outcomeText({ node, code, status, message, refusal }: CommandOutcome): string {
  const why = refusal === undefined ? "" : `\n${refusalText(refusal)}`;
  return `${node}: ${code} (${status}), ${message}${why}`;
}
