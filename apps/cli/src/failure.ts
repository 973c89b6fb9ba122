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
    if (refusals.length > 0) return new Failure(refusals.map(refusalLine).join("\n"), { refusals });
    return new Failure(connectionWords(error));
  }
  return new Failure(error instanceof Error ? error.message : String(error));
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
