/** Starts the watcher and the two writers around something that is done to the pair, and collects what they tell. */
import { spawn } from "node:child_process";
import { join } from "node:path";
import { data, inClient, inNode, until } from "../system.ts";
import { addresses, type WatchReport } from "./watched.ts";

/** What a writer prints. */
export interface WriterReport {
  /** Epoch ms of each acknowledgement. */
  acknowledgedAt: number[];
  /** Writes of which nobody knows whether they were carried out. */
  unknown: number;
  /** Acknowledged and not there; null = nobody answered at the end. */
  missing: { seq: number; at: number }[] | null;
}

export interface Watcher {
  end(): Promise<WatchReport>;
}

/** Resolves when the watcher has begun to look at both nodes. */
export async function startWatcher(nodes: readonly [string, string]): Promise<Watcher> {
  const program = join(import.meta.dirname, "watch-program.ts");
  const argv = ["--disable-warning=ExperimentalWarning", program, data, nodes.join(",")];
  const child = spawn(process.execPath, argv, { stdio: ["pipe", "pipe", "inherit"] });
  let output = "";
  const begun = new Promise<void>((resolve) => {
    child.stdout.on("data", (chunk: Buffer) => {
      output += chunk.toString("utf8");
      if (output.includes("watching\n")) resolve();
    });
  });
  const ended = new Promise<void>((resolve) => child.on("close", () => resolve()));
  await Promise.race([begun, ended]);
  return {
    async end() {
      child.stdin.end();
      await ended;
      const last = output.trim().split("\n").at(-1) ?? "";
      return JSON.parse(last) as WatchReport;
    },
  };
}

export interface Writer {
  /** Resolves when a write was acknowledged after now; rejects when none is for a minute. */
  answered(): Promise<unknown>;
  /** Stops writing, and asks for everything that was acknowledged. */
  end(): Promise<WriterReport>;
}

const writers = {
  sql: { program: "ledger-writer.mjs", host: addresses["address sql"], everyMs: 20 },
  queue: { program: "queue-writer.mjs", host: addresses["address queue"], everyMs: 20 },
} as const;

/** Resolves when the first write was acknowledged. */
export async function startWriter(group: keyof typeof writers): Promise<Writer> {
  const { program, host, everyMs } = writers[group];
  // A name of its own: a writer of a run that was cut short may still be there.
  const stop = `/tmp/stop-writer-${group}-${Date.now()}`;
  const running = inClient<WriterReport>(program, host, stop, String(everyMs));
  // Looked at again in `end`; until then a failure must not end this process.
  running.catch(() => undefined);
  const answered = async () => {
    const since = Date.now();
    const last = async () => Number((await inNode("client", ["cat", `${stop}.running`])).stdout);
    await until(`the writer of ${group} to be answered`, async () => ((await last()) > since ? true : null));
  };
  await answered();
  return {
    answered,
    async end() {
      await inNode("client", ["touch", stop]);
      return running;
    },
  };
}

export interface Silence {
  /** Epoch ms of the acknowledgement before it. */
  from: number;
  ms: number;
}

/** Longest time between two acknowledgements of which the second came after `from`; null when none came after it. */
export function longestSilence(acknowledgedAt: readonly number[], from: number): Silence | null {
  const silences = acknowledgedAt.flatMap((at, index) => {
    const before = acknowledgedAt[index - 1];
    return before !== undefined && at > from ? [{ from: before, ms: at - before }] : [];
  });
  return silences.reduce<Silence | null>(
    (longest, silence) => (longest !== null && longest.ms >= silence.ms ? longest : silence),
    null,
  );
}
