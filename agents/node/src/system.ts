/**
 * What the agent asks the machine about itself: identity, addresses, and which engine daemons are there. Only
 * questions; nothing here changes anything.
 */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { hostname, networkInterfaces, release } from "node:os";
import { canonicalAddress, type Service } from "@bulkhead/core/fleet";
import type { InventoryReport } from "@bulkhead/protocol";
import type { RunCommand } from "@bulkhead/runtime";

const mscsUnits = ["corosync", "pacemaker"];
const mscsProcesses = new Set(["corosync", "pacemakerd"]);

export interface SystemReader {
  /** Throws a sentence when the machine has no identity. */
  machineId(): string;
  inventory(): Promise<InventoryReport>;
}

export function createSystemReader(options: {
  machineIdPath: string;
  agentVersion: string;
  run: RunCommand;
}): SystemReader {
  const machineId = (): string => readMachineId(options.machineIdPath);
  return {
    machineId,
    inventory: async () => ({
      machineId: machineId(),
      hostname: hostname(),
      agentVersion: options.agentVersion,
      kernel: release(),
      addresses: localAddresses(),
      servicesSeen: await seenServices(options.run),
    }),
  };
}

function readMachineId(path: string): string {
  let text = "";
  try {
    text = readFileSync(path, "utf8").trim();
  } catch {
    // Said below, like an empty file.
  }
  if (!/^[0-9a-f]{32}$/.test(text))
    throw new Error(`${path} holds no machine id; run "systemd-machine-id-setup" and try again.`);
  return text;
}

/**
 * All interfaces in a fixed order, so that reports can be compared. Loopback addresses are left out, but not what else is
 * held on `lo`: an address there is answered for like any other, and the wall must see it.
 */
export function localAddresses(): InventoryReport["addresses"] {
  const rows = Object.entries(networkInterfaces()).flatMap(([name, addresses]) =>
    (addresses ?? [])
      .filter(({ address }) => !/^(127\.|::1$)/.test(address))
      .map(({ address, cidr }) => ({
        interface: name,
        address: canonicalAddress(address) ?? address,
        prefixLength: Number(cidr?.split("/")[1] ?? (address.includes(":") ? 128 : 32)),
      })),
  );
  return rows.sort((a, b) => compare(a.interface, b.interface) || compare(a.address, b.address));
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/**
 * R3 looks at the machine, not at what we did: whoever enabled or started a daemon, it counts. The process list
 * is read besides, because a daemon started by hand is in no unit, and systemd may not answer.
 */
export async function seenServices(run: RunCommand, procPath = "/proc"): Promise<Service[]> {
  const [active, enabled, tables] = await Promise.all([
    run("systemctl", ["is-active", ...mscsUnits]),
    run("systemctl", ["is-enabled", ...mscsUnits]),
    run("nft", ["list", "tables"]),
  ]);
  const hasMscs =
    hasLine(active.stdout, /^(active|activating|reloading)$/) ||
    hasLine(enabled.stdout, /^enabled(-runtime)?$/) ||
    processes(procPath).some(({ name, isApart }) => mscsProcesses.has(name) && !isApart());
  const hasWlbs = hasLine(tables.stdout, /^table \w+ bulkhead$/);
  return [...(hasWlbs ? ["wlbs" as const] : []), ...(hasMscs ? ["mscs" as const] : [])];
}

interface ProcessView {
  name: string;
  /** In a network of its own (a container, a rehearsal): it does not touch this node's addresses. */
  isApart(): boolean;
}

function processes(procPath: string): ProcessView[] {
  return readdirSync(procPath)
    .filter((entry) => /^\d+$/.test(entry))
    .map((pid) => ({
      name: orNull(() => readFileSync(`${procPath}/${pid}/comm`, "utf8").trim()) ?? "",
      isApart: () => isOtherNetwork(procPath, pid),
    }));
}

/**
 * Every network has files of its own below /proc/PID/net, and everybody may see their numbers; the plainer ns/net may only
 * be read with powers that the agent's unit does not have. Not able to look means not apart: the guard errs on the safe side.
 */
function isOtherNetwork(procPath: string, pid: string): boolean {
  const theirs = orNull(() => statSync(`${procPath}/${pid}/net/dev`).ino);
  const ours = orNull(() => statSync(`${procPath}/self/net/dev`).ino);
  return theirs !== null && ours !== null && theirs !== ours;
}

/** Processes end while they are looked at. */
function orNull<T>(read: () => T): T | null {
  try {
    return read();
  } catch {
    return null;
  }
}

function hasLine(text: string, form: RegExp): boolean {
  return text.split("\n").some((line) => form.test(line.trim()));
}
