/** What one agent of a full cluster costs its host: processor time and memory. */
import { fileURLToPath } from "node:url";
import type { Row } from "@bulkhead/testkit/figures/rows";
import { addCluster, endCluster, heartbeats, startAgent, statusOf, tableOf } from "../cluster.ts";
import type { Context, Figure } from "../figure.ts";
import { cpuS, family, memoryMb } from "../processes.ts";
import { addPlace, buildSwitch, pause, removePlace, sharedMs, startReady, until } from "../wires.ts";

const hostCount = 32;
const program = fileURLToPath(new URL("../peers-program.ts", import.meta.url));
async function measure(
  context: Context,
  pid: number,
): Promise<{ cpu: number[]; rss: number[]; pss: number[] }> {
  const seen = { cpu: [] as number[], rss: [] as number[], pss: [] as number[] };
  const rounds = context.isQuick ? 3 : 6;
  for (let round = 1; round <= rounds; round += 1) {
    const [began, before] = [sharedMs(), cpuS([pid])];
    await pause(context.isQuick ? 5_000 : 10_000);
    seen.cpu.push(((cpuS([pid]) - before) / ((sharedMs() - began) / 1000)) * 100);
    seen.rss.push(memoryMb([pid], "VmRSS"));
    seen.pss.push(memoryMb(family(pid), "Pss"));
    const told = `${seen.cpu.at(-1)?.toFixed(2)} % of a core, ${Math.round(seen.rss.at(-1) ?? 0)} MB`;
    context.tell(`round ${round} of ${rounds}: ${told}`);
  }
  return seen;
}

export const agentCost: Figure = {
  name: "agent-cost",
  title: "processor time and memory of one agent among 32 hosts, fast",
  needs: [],
  async run(context) {
    buildSwitch();
    const wish = { net: 47, hostCount, heartbeat: heartbeats.fast };
    // One host is real; the others' addresses are on one place.
    const others = await addPlace(
      "h47-others",
      Array.from({ length: 31 }, (_, index) => `10.47.0.${index + 2}`),
    );
    const only = await addPlace("h47-1", ["10.47.0.1"]);
    const cluster = await addCluster(context, wish, [only, ...Array<typeof others>(31).fill(others)]);
    const [host] = cluster.hosts;
    if (!host) throw new Error("There is no host.");
    const peers = await startReady(others, [process.execPath, program, JSON.stringify(cluster.policy)]);
    startAgent(cluster, host);
    const isFull = (): boolean =>
      statusOf(host)?.state === "converged" && new Set(tableOf(host)).size === hostCount;
    await until("32 hosts share the buckets", isFull);
    // What is asked for is what it costs all the time: in the first minute V8 compiles what it finds to be hot.
    await pause(context.isQuick ? 10_000 : 60_000);
    const seen = await measure(context, host.agent?.pid ?? 0);
    if (!isFull()) throw new Error("The cluster of 32 did not stay whole while it was measured.");
    peers.kill("SIGKILL");
    endCluster({ ...cluster, hosts: [host] });
    [only, others].forEach(removePlace);
    return rowsOf(seen);
  },
};

function rowsOf({ cpu, rss, pss }: { cpu: number[]; rss: number[]; pss: number[] }): Row[] {
  const row = { figure: "agent-cost", against: null, judged: "ours" as const };
  const note =
    "one real agent from the bundle that nodes get, without its link to a controller; the 31 others are one process that sends and follows signed beats";
  return [
    {
      ...row,
      what: "processor time, agent and nft",
      unit: "% of a core",
      statistic: "median",
      ours: cpu,
      goal: { atMost: 2 },
      bound: { atMost: 4 },
      note,
    },
    {
      ...row,
      what: "memory of the agent, RSS",
      unit: "MB",
      statistic: "max",
      ours: rss,
      goal: { atMost: 75 },
      bound: { atMost: 90 },
      note,
    },
    {
      ...row,
      what: "memory of agent and nft, PSS",
      unit: "MB",
      statistic: "max",
      ours: pss,
      judged: null,
      goal: null,
      bound: null,
      note,
    },
  ];
}
