/** What went wrong, in words for people. The one place where errors of the API become text. */
import type { Refusal } from "@bulkhead/core/fleet";
import { isTRPCClientError } from "@trpc/client";

export interface Trouble {
  message: string;
  refusals: Refusal[];
  /** Nobody is signed in, or the session has ended. */
  signedOut: boolean;
  /** The controller did not answer at all. */
  unreachable: boolean;
}

interface ErrorData {
  code?: string;
  refusals?: Refusal[];
}

/** Any thrown thing as a `Trouble`. */
export function troubleOf(error: unknown): Trouble {
  if (!isTRPCClientError(error)) {
    return {
      message: error instanceof Error ? error.message : String(error),
      refusals: [],
      signedOut: false,
      unreachable: false,
    };
  }
  const data = error.data as ErrorData | null | undefined;
  if (!data) {
    const message =
      "The controller does not answer. The data planes go on without it. See that it runs, and look at its log.";
    return { message, refusals: [], signedOut: false, unreachable: true };
  }
  return {
    message: plainMessage(error.message),
    refusals: data.refusals ?? [],
    signedOut: data.code === "UNAUTHORIZED",
    unreachable: false,
  };
}

/** A refused input arrives as a JSON list of problems; only their sentences are for people. */
function plainMessage(message: string): string {
  if (!message.startsWith("[")) return message;
  try {
    const problems = JSON.parse(message) as { message?: string; path?: (string | number)[] }[];
    return problems
      .map((problem) => `${problem.path?.join(".") ?? "input"}: ${problem.message ?? "not accepted"}`)
      .join(" ");
  } catch {
    return message;
  }
}
