/** The command line's end of the local socket: asks, prints, and turns the code into an exit code. */
import type { CommandResult } from "@bulkhead/protocol";
import { askLocalServer, errorText } from "@bulkhead/runtime";
import type { LocalRequest } from "./local-requests.ts";

/** A bundle for a pair may start an engine; that takes a while. */
const answerTimeoutMs = 120_000;
const goodCodes = new Set(["ok", "already", "drain-stop", "stopped"]);

export async function ask(socketPath: string, request: LocalRequest): Promise<void> {
  try {
    const result = (await askLocalServer(socketPath, request, {
      timeoutMs: answerTimeoutMs,
    })) as CommandResult;
    const isGood = goodCodes.has(result.code);
    (isGood ? process.stdout : process.stderr).write(`${result.message}\n`);
    process.exitCode = isGood ? 0 : 1;
  } catch (error) {
    process.stderr.write(
      `bulkhead-agent: the agent does not answer (${errorText(error)}); ${wayOut(error)}.\n`,
    );
    process.exitCode = 1;
  }
}

/** The socket is for root alone, and it is there only while the agent runs. */
function wayOut(error: unknown): string {
  const code = error instanceof Error && "code" in error ? error.code : null;
  if (code === "EACCES") return "run this as root";
  if (code === "ENOENT" || code === "ECONNREFUSED")
    return 'it is not running, or starts just now: see "systemctl status bulkhead-agent"';
  return 'see "journalctl -u bulkhead-agent"';
}
