/**
 * A node leaves its pair: groups are handed over or stopped, the daemons are stopped and disabled, and the files
 * are as they were before us.
 */
import { rm } from "node:fs/promises";
import type { EngineTools } from "./bring-up.ts";
import { removeCib, restoreBefore } from "./files.ts";

/** Rejects if a daemon does not stop: then nothing is removed, and it can be tried again. */
export async function releaseNode(tools: EngineTools, recordFile: string): Promise<void> {
  const { runner, paths, log } = tools;
  for (const unit of ["pacemaker", "corosync-qdevice", "corosync"] as const) await runner.units.stop(unit);
  await removeCib(paths);
  await rm(paths.authkey, { force: true });
  await restoreBefore(paths, paths.corosyncConf);
  await rm(recordFile, { force: true });
  log.info({}, "the node has left its pair");
}
