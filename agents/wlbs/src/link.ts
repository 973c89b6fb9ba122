/**
 * An interface of this machine: is it there, does it have a link, what is its own MAC. Read by netlink and /proc, which
 * belong to the process's own network namespace; /sys belongs to whoever mounted it.
 */
import { readFile } from "node:fs/promises";
import { networkInterfaces } from "node:os";
import type { Link } from "./ports.ts";

/** Stands for the MAC of an interface that has had no link since this process began. */
const unseenMac = "00:00:00:00:00:00";
const seenMacs = new Map<string, string>();

/** Never rejects. Up means that the interface is switched on and its cable has a signal. */
export async function readLink(interfaceName: string): Promise<Link> {
  const mac = networkInterfaces()[interfaceName]?.[0]?.mac;
  if (mac !== undefined) {
    seenMacs.set(interfaceName, mac);
    return { up: true, mac };
  }
  const isThere = (await listedInterfaces()).includes(interfaceName);
  return { up: false, mac: isThere ? (seenMacs.get(interfaceName) ?? unseenMac) : null };
}

/** Also those that are switched off. The first two lines are headings. */
async function listedInterfaces(): Promise<string[]> {
  const text = await readFile("/proc/thread-self/net/dev", "utf8").catch(() => "");
  const lines = text.trim().split("\n").slice(2);
  return lines.map((line) => line.slice(0, line.lastIndexOf(":")).trim());
}
