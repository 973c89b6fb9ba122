/** What the agent of a pair's node costs while nothing happens: its memory, and its share of one processor. */
import { setTimeout as delay } from "node:timers/promises";
import type { Limit, Row } from "@bulkhead/testkit/figures/rows";
import { wholePair } from "../fleet.ts";
import { inNode } from "../system.ts";

const measuredS = 60;
const samples = 6;

interface Usage {
  rssMb: number;
  /** Its share of what it has in memory: what others have there as well (the program's own code, above all) counts in part. */
  pssMb: number;
  /** Processor time so far, its own and that of the tools that it has run, clock ticks. */
  ticks: number;
}

async function usageOf(node: string): Promise<Usage> {
  const script =
    "p=$(pgrep -o -x bulkhead-agent) && grep VmRSS /proc/$p/status && grep ^Pss: /proc/$p/smaps_rollup && cat /proc/$p/stat";
  const { code, stdout } = await inNode(node, ["sh", "-c", script]);
  if (code !== 0) throw new Error(`No agent runs on ${node}.`);
  const rssKb = Number(/VmRSS:\s+(\d+)/.exec(stdout)?.[1]);
  const pssKb = Number(/Pss:\s+(\d+)/.exec(stdout)?.[1]);
  // The fields after the name in brackets: from the 12th on user and system time, its own and that of its ended children.
  const fields = stdout.slice(stdout.lastIndexOf(")") + 2).split(" ");
  const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
  return { rssMb: rssKb / 1024, pssMb: pssKb / 1024, ticks };
}

/** Clock ticks per second on Linux, on every architecture that we run on. */
const ticksPerS = 100;

export async function agentCost(tell: (text: string) => void): Promise<Row[]> {
  await wholePair();
  const [resident, shared, share]: [number[], number[], number[]] = [[], [], []];
  for (const node of ["db-1", "db-2"]) {
    let before = await usageOf(node);
    for (let index = 0; index < samples; index += 1) {
      const at = performance.now();
      await delay((measuredS / samples) * 1000);
      const now = await usageOf(node);
      resident.push(now.rssMb);
      shared.push(now.pssMb);
      share.push(((now.ticks - before.ticks) / ticksPerS / ((performance.now() - at) / 1000)) * 100);
      before = now;
    }
    tell(`${node}: ${before.rssMb.toFixed(1)} MB`);
  }
  return [
    rowOf({ what: "memory of the agent", unit: "MB", note: "resident set" }, resident, { atMost: 75 }),
    rowOf({ what: "the same, what others have too in part", unit: "MB", note: "PSS" }, shared, null),
    rowOf({ what: "processor time of the agent", unit: "% of a core", note: "" }, share, { atMost: 2 }),
  ];
}

function rowOf(told: Pick<Row, "what" | "unit" | "note">, ours: number[], goal: Limit | null): Row {
  return {
    figure: "agent-cost",
    statistic: "median",
    ...told,
    ours,
    against: null,
    judged: "ours",
    goal,
    bound: null,
  };
}
