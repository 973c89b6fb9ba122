/**
 * Reads what an interface has. It is looked at every few seconds, so nothing is started for it where the interface is up; `ip` knows one
 * that is not, and `bridge` the MACs that a card receives besides its own and those of groups.
 */
import { readFileSync } from "node:fs";
import { type NetworkInterfaceInfo, networkInterfaces } from "node:os";
import type { InterfaceState } from "./presence.ts";
import { complaint, runTool } from "./tool.ts";

/** An interface as the engine needs it. `linkLocal` null: none yet, or IPv6 is off. */
export type InterfaceReading = InterfaceState & { linkLocal: string | null };

/** Rejects, naming the cure, when there is no such interface. `hasUnicast`: MACs of single machines are asked for, too. */
export async function readInterface(name: string, hasUnicast: boolean): Promise<InterfaceReading> {
  const reading = readingOf(name, networkInterfaces(), groupsText());
  if (!reading) return readByTools(name);
  if (!hasUnicast) return reading;
  const { stdout } = await runTool("bridge", ["-j", "fdb", "show", "dev", name]);
  return { ...reading, macs: [...reading.macs, ...macsOf(stdout)] };
}

/** At once: a few lines of the kernel's, and threads that would read them for us would inherit real-time priority. */
function groupsText(): string {
  try {
    return readFileSync("/proc/net/dev_mcast", "utf8");
  } catch {
    return "";
  }
}

/** Null: not up, or without an address. `groups`: /proc/net/dev_mcast. Addresses with a label stand under the label. */
export function readingOf(
  name: string,
  interfaces: Readonly<Record<string, NetworkInterfaceInfo[] | undefined>>,
  groups: string,
): InterfaceReading | null {
  const entries = Object.entries(interfaces)
    .filter(([key]) => key === name || key.startsWith(`${name}:`))
    .flatMap(([, infos]) => infos ?? []);
  const [first] = entries;
  if (!first) return null;
  return {
    mac: first.mac.toLowerCase(),
    addresses: entries.map(({ address, cidr }) => ({ address, prefixLength: Number(cidr?.split("/")[1]) })),
    macs: groupsOf(name, groups),
    linkLocal: entries.find(({ address }) => /^fe[89ab]/i.test(address))?.address ?? null,
  };
}

/** Rows: index, interface, users, global users, MAC in hex digits. */
function groupsOf(name: string, text: string): string[] {
  const rows = text.split("\n").map((line) => line.trim().split(/\s+/));
  return rows
    .filter(([, dev]) => dev === name)
    .map((row) => (row[4] ?? "").replaceAll(/(..)(?=.)/g, "$1:").toLowerCase());
}

async function readByTools(name: string): Promise<InterfaceReading> {
  const [addresses, groups, macs] = await Promise.all([
    runTool("ip", ["-j", "addr", "show", "dev", name]),
    runTool("ip", ["-j", "maddr", "show", "dev", name]),
    runTool("bridge", ["-j", "fdb", "show", "dev", name]),
  ]);
  if (addresses.status !== 0) {
    throw new Error(
      `There is no interface ${name} on this host (${complaint(addresses)}). Correct it in the fleet file.`,
    );
  }
  return interfaceState(addresses.stdout, groups.stdout, macs.stdout);
}

/** The three answers as one state. */
export function interfaceState(addresses: string, groups: string, macs: string): InterfaceReading {
  const [link = {}] = records(addresses);
  const entries = rows(link["addr_info"]).map((entry) => ({
    address: textOf(entry["local"]),
    prefixLength: Number(entry["prefixlen"]),
    isLinkLocal: entry["family"] === "inet6" && entry["scope"] === "link",
  }));
  const joined = records(groups)
    .flatMap((group) => rows(group["maddr"]))
    .map((entry) => entry["link"]);
  return {
    mac: textOf(link["address"]).toLowerCase(),
    addresses: entries.map(({ address, prefixLength }) => ({ address, prefixLength })),
    macs: [...texts(joined), ...macsOf(macs)],
    linkLocal: entries.find(({ isLinkLocal }) => isLinkLocal)?.address ?? null,
  };
}

/** What `bridge -j fdb` prints. */
function macsOf(text: string): string[] {
  return texts(records(text).map((entry) => entry["mac"]));
}

function texts(values: readonly unknown[]): string[] {
  return values.filter((value) => typeof value === "string").map((value) => value.toLowerCase());
}

/** The objects of a JSON list; none when the tool has printed nothing. */
function records(text: string): Record<string, unknown>[] {
  return text.trim() === "" ? [] : rows(JSON.parse(text));
}

function rows(value: unknown): Record<string, unknown>[] {
  return Array.isArray(value) ? value.filter(isRecord) : [];
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
