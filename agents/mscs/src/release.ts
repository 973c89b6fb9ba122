/**
 * A node leaves its pair: groups are handed over or stopped, the daemons are stopped and disabled, and the files
 * are as they were before us.
 */
import { rm, rmdir } from "node:fs/promises";
import { join } from "node:path";
import { corosyncConfMark, removeKeys, renderXml } from "@bulkhead/pacemaker";
import { alertPathsIn, removeAlerts } from "./alert-agent.ts";
import type { EngineTools } from "./bring-up.ts";
import { readOrNull, removeCib, restoreBefore } from "./files.ts";
import { removeOcfAgents } from "./ocf-agents.ts";

/**
 * Rejects if a daemon does not stop: then nothing is removed, and it can be tried again. An engine that somebody else has
 * set up goes on as it is, with the groups in it.
 */
export async function releaseNode(tools: EngineTools, recordFiles: readonly string[]): Promise<void> {
  const { paths, log } = tools;
  const conf = (await readOrNull(paths.corosyncConf))?.toString("utf8") ?? "";
  const isOurs = conf === "" || conf.startsWith(corosyncConfMark);
  if (conf !== "" && isOurs) await removeEngine(tools);
  if (isOurs || !(await needsOwnAgents(tools))) await removeOcfAgents(paths.ocfAgents);
  else log.info({}, "our resource agents stay: groups of the engine that goes on are run by them");
  await removeAlerts(alertPathsIn(paths.alerts));
  for (const file of recordFiles) await rm(file, { force: true });
  log.info({}, "the node has left its pair");
}

/** Without its agent a resource fails its next check and cannot be stopped, which a node is fenced for. */
async function needsOwnAgents({ runner }: EngineTools): Promise<boolean> {
  const cib = await runner.cib().catch(() => null);
  return cib === null || renderXml(cib).includes('provider="bulkhead"');
}

async function removeEngine(tools: EngineTools): Promise<void> {
  const { paths } = tools;
  await stopEngine(tools);
  await removeCib(paths);
  await rm(paths.authkey, { force: true });
  await removeKeys(paths.qdeviceKeys);
  // Its two parents came with it; what others have put there keeps them.
  for (const parent of ["..", "../.."]) await rmdir(join(paths.qdeviceKeys, parent)).catch(() => undefined);
  await restoreBefore(paths, paths.corosyncConf);
}

/** Pacemaker first: it hands its groups over or stops them. */
export async function stopEngine({ runner }: Pick<EngineTools, "runner">): Promise<void> {
  for (const unit of ["pacemaker", "corosync-qdevice", "corosync"] as const) await runner.units.stop(unit);
}
