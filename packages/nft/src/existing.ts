/** What an earlier process has left in the kernel. */
import { type PresenceItem, readNote } from "./presence.ts";
import { readComments } from "./readings.ts";
import { presenceSet } from "./ruleset/render.ts";
import {
  type Family,
  type NamedSet,
  type Ruleset,
  type Table,
  tableName,
  unknownRule,
} from "./ruleset/table.ts";
import { complaint, runTool } from "./tool.ts";

export interface Existing {
  /** Null: no table of ours. Its sets are there, but not what they hold. */
  ruleset: Ruleset | null;
  presence: PresenceItem[];
}

/** Rejects when nftables cannot be used here. */
export async function lookUpExisting(): Promise<Existing> {
  const listed = await runTool("nft", ["-j", "-t", "list", "ruleset"]);
  if (listed.status !== 0) {
    throw new Error(
      `nftables cannot be used here: ${complaint(listed)}. Install nftables, and run the agent as root.`,
    );
  }
  const ruleset = rulesetOf(listed.stdout);
  if (!ruleset) return { ruleset: null, presence: [] };
  const notes = await runTool("nft", ["list", "set", "netdev", tableName, presenceSet]);
  const presence = readComments(notes.stdout)
    .map(readNote)
    .filter((item) => item !== null);
  return { ruleset, presence };
}

/** Our tables in `nft -j -t list ruleset`; null when there is none. */
export function rulesetOf(text: string): Ruleset | null {
  const tables = new Map<string, Table>();
  const tableOf = (family: string): Table => {
    const table = tables.get(family) ?? emptyTable(family as Family);
    tables.set(family, table);
    return table;
  };
  for (const [kind, entry] of entriesOf(text)) {
    const family = String(entry["family"]);
    const name = String(entry["name"]);
    if (kind === "table" ? name !== tableName : entry["table"] !== tableName) continue;
    const table = tableOf(family);
    if (kind === "chain") {
      table.chains.push({ name, hook: null });
      table.rules.push({ chain: name, text: unknownRule });
    }
    if (kind === "counter") table.counters.push(name);
    if (kind === "set" || kind === "map") table.sets.push(unknownSet(kind, name));
  }
  return tables.size === 0 ? null : [...tables.values()];
}

function emptyTable(family: Family): Table {
  return { family, chains: [], sets: [], counters: [], rules: [] };
}

function unknownSet(kind: NamedSet["kind"], name: string): NamedSet {
  return { kind, name, spec: "", elements: null };
}

function entriesOf(text: string): [string, Record<string, unknown>][] {
  const document: unknown = JSON.parse(text);
  const list = isRecord(document) ? document["nftables"] : null;
  return (Array.isArray(list) ? list : [])
    .filter(isRecord)
    .flatMap((entry) => Object.entries(entry))
    .filter((pair): pair is [string, Record<string, unknown>] => isRecord(pair[1]));
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
