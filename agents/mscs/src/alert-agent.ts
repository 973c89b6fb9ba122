/**
 * The program that Pacemaker runs for every event on this node (as user hacluster), and its place. It writes one line
 * and ends; whatever goes wrong, the engine goes on. The spool cannot fill the disk: at 2 MB no more is written. What could
 * not be written leaves a mark beside the spool, and an error in the engine's log.
 */
import { chmod, chown, mkdir, rm, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { alertDirectory, alertForm, alertScript, alertSpool } from "@bulkhead/core/mscs";
import { writeIfChanged } from "./files.ts";

/** `ulimit -f` counts 512 bytes in sh. A line that is appended in one write is whole. */
const script = `#!/bin/sh
# Written by bulkhead-agent. One line per event of the engine, read by the agent of this node.
[ -n "$CRM_alert_recipient" ] || exit 0
umask 027
set -f
ulimit -f 4096
trap '' XFSZ
# Splitting and joining turns tabs and line breaks into single blanks.
set -- $CRM_alert_desc
printf '${alertForm}\\t%s\\t%s\\t%s\\t%s\\t%s\\t%s\\t%s\\t%s\\t%.400s\\n' "$CRM_alert_timestamp" "$CRM_alert_kind" \\
  "$CRM_alert_node_sequence" "$CRM_alert_node" "$CRM_alert_rsc" "$CRM_alert_task" "$CRM_alert_rc" \\
  "$CRM_alert_status" "$*" >>"$CRM_alert_recipient" && exit 0
: >"$CRM_alert_recipient.lost"
exit 1
`;

/** Where everything is; tests put it elsewhere. */
export interface AlertPaths {
  directory: string;
  script: string;
  spool: string;
}

export const alertPaths: AlertPaths = { directory: alertDirectory, script: alertScript, spool: alertSpool };

/** The same three below another directory. */
export function alertPathsIn(directory: string): AlertPaths {
  return {
    directory,
    script: join(directory, basename(alertScript)),
    spool: join(directory, basename(alertSpool)),
  };
}

/**
 * Puts program and directory where the CIB says. The directory belongs to the user that Pacemaker keeps its CIB as, and
 * nobody else writes there. False if Pacemaker is not installed: there is nothing to hear then.
 */
export async function installAlerts(paths: AlertPaths = alertPaths): Promise<boolean> {
  const owner = await stat(join(dirname(paths.directory), "cib")).catch(() => null);
  if (owner === null) return false;
  await mkdir(paths.directory, { recursive: true });
  await chmod(paths.directory, 0o750);
  await chown(paths.directory, owner.uid, owner.gid);
  await writeIfChanged(paths.script, script, 0o755);
  return true;
}

export async function removeAlerts(paths: AlertPaths = alertPaths): Promise<void> {
  await rm(paths.directory, { recursive: true, force: true });
}
