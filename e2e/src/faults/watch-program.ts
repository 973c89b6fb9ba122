/**
 * Looks at every node of the pair, many times a second, from outside: which of them has a disk mounted, holds an address, runs
 * a server. Ends with standard input; then prints as JSON how often it looked, every change that it saw, and every moment at
 * which two nodes had the same thing. Knows nothing of Bulkhead and asks nobody: it reads what the kernel says of the nodes.
 *
 * watch-program.ts DATA NODE,NODE
 */
import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { addresses, mounts, type Watched, watchedNames } from "./watched.ts";

const [data = "", names = ""] = process.argv.slice(2);
const everyMs = 15;

interface Sight {
  at: number;
  node: string;
  thing: string;
  held: boolean;
}

const read = (path: string): string => {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
};

/** First process of a node, as this machine counts; null while the node is off. */
function firstProcess(node: string): number | null {
  for (const name of readdirSync("/proc")) {
    if (!/^\d+$/.test(name) || !read(`/proc/${name}/cmdline`).includes("/apps/lab/files/boot.sh")) continue;
    const environment = read(`/proc/${name}/environ`).split("\0");
    // The process in front of it has the same environment, but is not the first of its namespace.
    const isFirst = /^NSpid:.*\t1$/m.test(read(`/proc/${name}/status`));
    if (isFirst && environment.includes(`NODE=${node}`) && environment.includes(`DATA=${data}`))
      return Number(name);
  }
  return null;
}

/** Servers outlive whoever started them, so they are children of the node's first process. */
function serversOf(pid: number): string[] {
  const children = read(`/proc/${pid}/task/${pid}/children`).trim().split(" ").filter(Boolean);
  return children.map((child) => read(`/proc/${child}/comm`).trim());
}

function holds(pid: number): Set<Watched> {
  const mounted = read(`/proc/${pid}/mounts`);
  const routes = read(`/proc/${pid}/net/fib_trie`);
  const servers = serversOf(pid);
  const held = new Set<Watched>();
  for (const [name, mount] of Object.entries(mounts))
    if (mounted.includes(` ${mount} `)) held.add(name as Watched);
  for (const [name, address] of Object.entries(addresses))
    if (routes.includes(`-- ${address}\n`)) held.add(name as Watched);
  for (const server of ["postgres", "mosquitto"] as const) if (servers.includes(server)) held.add(server);
  return held;
}

const nodes = names.split(",");
const first = new Map<string, number | null>();
/** Looking for a node that is off goes through all processes of the machine: not every time. */
const searchEveryMs = 100;
const searchedAt = new Map<string, number>();
const before = new Map<string, Set<Watched>>();
const seen: Sight[] = [];
const doubles: { at: number; thing: string }[] = [];
let looks = 0;
let longestPauseMs = 0;
let isEnded = false;
process.stdin.on("end", () => (isEnded = true)).resume();

function look(node: string): Set<Watched> {
  const known = first.get(node) ?? null;
  if (known !== null && read(`/proc/${known}/comm`) !== "") return holds(known);
  first.set(node, null);
  if (performance.now() - (searchedAt.get(node) ?? -searchEveryMs) < searchEveryMs) return new Set();
  searchedAt.set(node, performance.now());
  const pid = firstProcess(node);
  first.set(node, pid);
  return pid === null ? new Set() : holds(pid);
}

/** One node after the other cannot be looked at in one moment: a thing counts as doubled when the first still has it after. */
function lookAtAll(): void {
  const at = Date.now();
  const [one = "", other = ""] = nodes;
  const sights = new Map([
    [one, look(one)],
    [other, look(other)],
  ]);
  const common = [...(sights.get(one) ?? [])].filter((thing) => sights.get(other)?.has(thing));
  if (common.length > 0) {
    const again = look(one);
    for (const thing of common) if (again.has(thing)) doubles.push({ at, thing });
  }
  for (const [node, held] of sights) {
    for (const thing of watchedNames) {
      if (held.has(thing) !== (before.get(node)?.has(thing) ?? false))
        seen.push({ at, node, thing, held: held.has(thing) });
    }
    before.set(node, held);
  }
  looks += 1;
}

console.log("watching");
let lastAt = performance.now();
while (!isEnded) {
  lookAtAll();
  await delay(everyMs);
  longestPauseMs = Math.max(longestPauseMs, Math.round(performance.now() - lastAt));
  lastAt = performance.now();
}
console.log(JSON.stringify({ looks, longestPauseMs, seen, doubles }));
