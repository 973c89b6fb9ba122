/** Reads what `ip` and `bridge` print about an interface. */
import type { InterfaceState } from "./presence.ts";
import { complaint, runTool } from "./tool.ts";

/** Rejects, naming the cure, when there is no such interface. `linkLocal` null: none yet, or IPv6 is off. */
export async function readInterface(name: string): Promise<InterfaceState & { linkLocal: string | null }> {
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
export function interfaceState(
  addresses: string,
  groups: string,
  macs: string,
): InterfaceState & { linkLocal: string | null } {
  const [link = {}] = records(addresses);
  const entries = rows(link["addr_info"]).map((entry) => ({
    address: textOf(entry["local"]),
    prefixLength: Number(entry["prefixlen"]),
    isLinkLocal: entry["family"] === "inet6" && entry["scope"] === "link",
  }));
  const joined = records(groups)
    .flatMap((group) => rows(group["maddr"]))
    .map((entry) => entry["link"]);
  const received = records(macs).map((entry) => entry["mac"]);
  return {
    mac: textOf(link["address"]).toLowerCase(),
    addresses: entries.map(({ address, prefixLength }) => ({ address, prefixLength })),
    macs: [...joined, ...received].filter((mac) => typeof mac === "string").map((mac) => mac.toLowerCase()),
    linkLocal: entries.find(({ isLinkLocal }) => isLinkLocal)?.address ?? null,
  };
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
