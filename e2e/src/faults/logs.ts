/** Keeps what the engine wrote about a round that was not well, or slow, for whoever looks for the cause. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { inNode } from "../system.ts";

const logs = ["/var/log/pacemaker/pacemaker.log", "/var/log/corosync/corosync.log"];
/** Of the end of each log: some minutes. */
const keptBytes = 2_000_000;

/** Writes NODE-LOG files to `directory`. A node that does not answer has none. */
export async function keepLogs(directory: string, nodes: readonly string[]): Promise<void> {
  mkdirSync(directory, { recursive: true });
  for (const node of nodes) {
    for (const log of logs) {
      const { stdout } = await inNode(node, ["tail", "-c", `${keptBytes}`, log]).catch(() => ({
        stdout: "",
      }));
      writeFileSync(join(directory, `${node}-${log.split("/").at(-1)}`), stdout);
    }
  }
}
