/** The command line's end of the local socket: asks, prints, and turns the code into an exit code. */
import type { CommandCode, CommandResult } from "@bulkhead/protocol";
import { askLocalServer, errorText } from "@bulkhead/runtime";
import type { LocalRequest } from "./local-requests.ts";

/** A bundle for a pair may start an engine; that takes a while. */
const answerTimeoutMs = 120_000;

/** 0 = done, or so already; 1 = refused or failed; 2 = used wrongly. */
export const exitCodes = { done: 0, failed: 1, usage: 2 } as const;

export interface AskOptions {
  /** How long the answer may take, in milliseconds; absent = two minutes. */
  answerMs?: number;
  /** Print the whole answer as JSON. */
  json?: boolean;
}

export async function ask(
  socketPath: string,
  request: LocalRequest,
  options: AskOptions = {},
): Promise<void> {
  try {
    const result = (await askLocalServer(socketPath, request, {
      timeoutMs: options.answerMs ?? answerTimeoutMs,
    })) as CommandResult;
    process.exitCode = exitCodeOf(result.code, request);
    const isGood = process.exitCode === exitCodes.done;
    const text = options.json ? JSON.stringify(result, null, 2) : result.message;
    (isGood || options.json ? process.stdout : process.stderr).write(`${text}\n`);
  } catch (error) {
    process.stderr.write(
      `bulkhead-agent: the agent does not answer (${errorText(error)}); ${wayOut(error)}.\n`,
    );
    process.exitCode = exitCodes.failed;
  }
}

/** A drain of a stopped host finds what it wants; any other command of a stopped host does not. */
export function exitCodeOf(code: CommandCode, request: LocalRequest): number {
  if (code === "ok" || code === "already" || code === "drain-stop") return exitCodes.done;
  const isDrain =
    request.verb === "drainstop" || (request.verb === "command" && request.command === "wlbs.drainstop");
  if (code === "stopped" && isDrain) return exitCodes.done;
  return code === "bad-params" ? exitCodes.usage : exitCodes.failed;
}

/** The socket is for root alone, and it is there only while the agent runs. */
function wayOut(error: unknown): string {
  const code = error instanceof Error && "code" in error ? error.code : null;
  if (code === "EACCES") return "run this as root";
  if (code === "ENOENT" || code === "ECONNREFUSED")
    return 'it is not running, or starts just now: see "systemctl status bulkhead-agent"';
  return 'see "journalctl -u bulkhead-agent"';
}
