/** Reader of a corosync.conf that somebody else has written: who is in the cluster, and who is its witness. */
import { corosyncConfMark } from "./corosync-conf.ts";

export interface CorosyncSettings {
  cluster: string;
  /** In the order of their node ids. `name` is empty where the file has none. */
  nodes: { name: string; nodeId: number; addresses: string[] }[];
  /** Host of a quorum device of model net; null = none. */
  witness: string | null;
  /** As the file has it. What runs may be another, until the file is loaded: `readTokenMs`. */
  tokenMs: number;
}

/** Corosync's own since 3.1, for a file that sets none. */
const defaultTokenMs = 3000;

/**
 * Null for a file that Bulkhead wrote, and for one that sets no cluster up: the example of the package, whose only node is
 * the loopback address.
 */
export function readForeignCorosync(text: string): CorosyncSettings | null {
  if (text.includes(corosyncConfMark)) return null;
  const root = readBlock(text.split("\n").map((line) => line.trim()));
  const [totem] = root.blocks.get("totem") ?? [];
  const [quorum] = root.blocks.get("quorum") ?? [];
  const nodes = (root.blocks.get("nodelist") ?? [])
    .flatMap((list) => list.blocks.get("node") ?? [])
    .map(readNode)
    .sort((a, b) => a.nodeId - b.nodeId);
  if (nodes.every((node) => node.addresses.every(isLoopback))) return null;
  const [device] = quorum?.blocks.get("device") ?? [];
  return {
    cluster: totem?.values.get("cluster_name") ?? "cluster",
    nodes,
    witness: device?.blocks.get("net")?.[0]?.values.get("host") ?? null,
    tokenMs: Number(totem?.values.get("token") ?? defaultTokenMs) || defaultTokenMs,
  };
}

/** What `corosync-cmapctl -g runtime.config.totem.token` prints -> milliseconds; null if it is something else. */
export function readTokenMs(text: string): number | null {
  const value = /^runtime\.config\.totem\.token \(u32\) = (\d+)$/m.exec(text)?.[1];
  return value === undefined ? null : Number(value);
}

interface Block {
  values: Map<string, string>;
  blocks: Map<string, Block[]>;
}

/** Takes its lines from the front; ends with its closing brace or with the file. */
function readBlock(lines: string[]): Block {
  const block: Block = { values: new Map(), blocks: new Map() };
  for (let line = lines.shift(); line !== undefined && line !== "}"; line = lines.shift()) {
    const opened = /^([\w.-]+)\s*\{$/.exec(line)?.[1];
    const [, name, value] = /^([\w.-]+)\s*:\s*(.*)$/.exec(line) ?? [];
    if (opened !== undefined)
      block.blocks.set(opened, [...(block.blocks.get(opened) ?? []), readBlock(lines)]);
    else if (name !== undefined && value !== undefined) block.values.set(name, value);
  }
  return block;
}

function readNode({ values }: Block): CorosyncSettings["nodes"][number] {
  const links = [...values]
    .filter(([name]) => /^ring\d_addr$/.test(name))
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    name: values.get("name") ?? "",
    nodeId: Number(values.get("nodeid") ?? 0) || 0,
    addresses: links.map(([, address]) => address),
  };
}

function isLoopback(address: string): boolean {
  return /^(127\.|::1$|localhost$)/.test(address);
}
