/** How commands end badly: with the API's own words and the right exit code (1 refused or failed, 2 wrong usage). */
import { type Refusal, refusalLine } from "@bulkhead/core/fleet";
import { TRPCClientError } from "@trpc/client";

export class Failure extends Error {
  readonly exitCode: 1 | 2;
  readonly refusals: readonly Refusal[];

  constructor(message: string, options: { exitCode?: 1 | 2; refusals?: readonly Refusal[] } = {}) {
    super(message);
    this.exitCode = options.exitCode ?? 1;
    this.refusals = options.refusals ?? [];
  }
}

/** Any error as a Failure; refusals are taken out of the API's answer. */
export function toFailure(error: unknown): Failure {
  if (error instanceof Failure) return error;
  if (error instanceof TRPCClientError) {
    const refusals = refusalsOf(error.data);
    const exitCode = isUsage(error.data) ? 2 : 1;
    if (refusals.length > 0)
      return new Failure(refusals.map(refusalWords).join("\n"), { refusals, exitCode });
    return new Failure(inputWords(error.message) ?? connectionWords(error), { exitCode });
  }
  return new Failure(error instanceof Error ? error.message : String(error));
}

/** 400 and 422: what was written cannot be accepted, whatever the state of the fleet. */
function isUsage(data: unknown): boolean {
  if (typeof data !== "object" || data === null || !("httpStatus" in data)) return false;
  return data.httpStatus === 400 || data.httpStatus === 422;
}

/** Where the API asks for a confirmation, the command line has an option for it. */
function refusalWords(refusal: Refusal): string {
  return refusal.rule === "B-confirm" ? `${refusalLine(refusal)} (--yes)` : refusalLine(refusal);
}

/** The API names inputs that do not fit as a JSON list of fields; null when the message is none. */
function inputWords(message: string): string | null {
  if (!message.startsWith("[")) return null;
  try {
    const issues = JSON.parse(message) as { path: string[]; message: string }[];
    return issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`).join("\n");
  } catch {
    return null;
  }
}

function refusalsOf(data: unknown): readonly Refusal[] {
  if (typeof data !== "object" || data === null || !("refusals" in data) || !Array.isArray(data.refusals))
    return [];
  return data.refusals as Refusal[];
}

function connectionWords(error: Error): string {
  const isConnection = /fetch failed|ECONNREFUSED|ENOTFOUND|ECONNRESET/.test(
    `${error.message} ${String(error.cause)}`,
  );
  if (!isConnection) return error.message;
  return "The controller does not answer. Start it with npm start, or name another with --url.";
}
