/**
 * The VIP and the cluster MAC on the interface, by `ip`. Each verb is idempotent: adding what is there and
 * removing what is not are successes.
 */
import { complaint, runTool, type ToolResult } from "./tool.ts";

/** What an interface must carry for a cluster. */
export interface Presence {
  interface: string;
  vip: string;
  clusterMac: string;
}

/**
 * Lets the network card receive the cluster MAC, then adds the VIP as /32: that way it never becomes the source
 * address of the host's own traffic to its subnet. Throws when the interface does not exist.
 */
export async function addPresence(presence: Presence): Promise<void> {
  const joined = await runTool("ip", ["maddr", "add", presence.clusterMac, "dev", presence.interface]);
  tolerate(joined, /File exists/, `join ${presence.clusterMac} on ${presence.interface}`);
  const added = await runTool("ip", ["addr", "replace", `${presence.vip}/32`, "dev", presence.interface]);
  tolerate(added, /^$/, `add ${presence.vip} to ${presence.interface}`);
}

/** Also succeeds when the interface is gone: the addresses went with it. */
export async function removePresence(presence: Presence): Promise<void> {
  const gone = /Cannot assign requested address|Cannot find device|No such (?:device|file)/;
  const removed = await runTool("ip", ["addr", "del", `${presence.vip}/32`, "dev", presence.interface]);
  tolerate(removed, gone, `remove ${presence.vip} from ${presence.interface}`);
  const left = await runTool("ip", ["maddr", "del", presence.clusterMac, "dev", presence.interface]);
  tolerate(left, gone, `leave ${presence.clusterMac} on ${presence.interface}`);
}

/** Whether both are there; false also when the interface is missing. */
export async function isPresent(presence: Presence): Promise<boolean> {
  const addresses = await runTool("ip", ["-o", "-4", "addr", "show", "dev", presence.interface]);
  if (!addresses.stdout.includes(` ${presence.vip}/32 `)) return false;
  const joined = await runTool("ip", ["maddr", "show", "dev", presence.interface]);
  return joined.stdout.toLowerCase().includes(presence.clusterMac.toLowerCase());
}

function tolerate(result: ToolResult, harmless: RegExp, deed: string): void {
  if (result.status === 0 || (result.stderr !== "" && harmless.test(result.stderr))) return;
  throw new Error(`Cannot ${deed}: ${complaint(result)}. Check the interface name in the fleet file.`);
}
