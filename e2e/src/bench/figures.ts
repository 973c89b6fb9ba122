/** The figures of `npm run bench:mscs` (docs/benchmarks.md). Seconds of outage, as a client sees it, unless said otherwise. */
import type { Limit, Row, Statistic } from "@bulkhead/testkit/figures/rows";
import { agentCost } from "./agent-cost.ts";
import {
  type BenchPair,
  type Deed,
  handPair,
  killed,
  ourQueue,
  ourSql,
  outageMs,
  plannedMove,
  powerLoss,
} from "./pairs.ts";
import { tracking } from "./tracking.ts";

export interface BenchContext {
  rounds: number;
  hasQueue: boolean;
  tell(text: string): void;
}

export interface MscsFigure {
  name: string;
  title: string;
  run(context: BenchContext): Promise<Row[]>;
}

/** Both pairs in turns, so that what else happens on the machine touches both alike. Seconds. */
async function inTurns(
  pairs: readonly BenchPair[],
  { rounds, tell }: BenchContext,
  deed: Deed,
): Promise<number[][]> {
  const outages: number[][] = pairs.map(() => []);
  for (let round = 1; round <= rounds; round += 1) {
    for (const [index, pair] of pairs.entries()) {
      await pair.makeWhole();
      const [coordinator, before] = [await pair.coordinator(), await pair.owner()];
      const seconds = (await outageMs(pair, deed)) / 1000;
      outages[index]?.push(seconds);
      const where = coordinator === before ? "on the coordinator" : "not on the coordinator";
      tell(`round ${round}, ${pair.name}, ${where}: ${seconds.toFixed(2)} s`);
    }
  }
  return outages;
}

interface Told {
  figure: string;
  what: string;
  note: string;
}

interface Judged {
  statistic: Statistic;
  goal: Limit | null;
}

const median = (goal: Limit): Judged => ({ statistic: "median", goal });

function rowOf(told: Told, samples: number[][], { statistic, goal }: Judged): Row {
  const [ours = [], against] = samples;
  return {
    ...told,
    unit: "s",
    statistic,
    ours,
    against: against === undefined ? null : { name: handPair.name, values: against },
    judged: "ours",
    goal,
    bound: null,
  };
}

const power: MscsFigure = {
  name: "power",
  title: "the owner's power is cut: until PostgreSQL answers on the peer",
  async run(context) {
    const told = {
      figure: "power",
      what: "power loss of the owner",
      note: "token 1000 ms, witness and fencing",
    };
    const samples = await inTurns([ourSql, handPair], context, powerLoss);
    return [
      rowOf(told, samples, median({ atMost: 3 })),
      rowOf(told, samples, { statistic: "max", goal: { atMost: 5 } }),
    ];
  },
};

const application: MscsFigure = {
  name: "application",
  title: "PostgreSQL is killed: until it answers again on the same node",
  async run(context) {
    const samples = await inTurns([ourSql, handPair], context, killed("postgres", 5432));
    const told = {
      figure: "application",
      what: "PostgreSQL killed",
      note: "by hand: the agent's advised check, every 30 s",
    };
    const rows = [rowOf(told, samples, median({ atMost: 1.5 }))];
    if (!context.hasQueue) return rows;
    const broker = await inTurns([ourQueue], context, killed("mosquitto", 1883));
    return [...rows, rowOf({ ...told, what: "message broker killed" }, broker, median({ atMost: 1.5 }))];
  },
};

const move: MscsFigure = {
  name: "move",
  title: "a planned move: until the service answers on the peer",
  async run(context) {
    const told = { figure: "move", what: "planned move, disk + address + PostgreSQL", note: "" };
    const samples = await inTurns([ourSql, handPair], context, plannedMove);
    const rows = [rowOf(told, samples, median({ atMost: 3 }))];
    if (!context.hasQueue) return rows;
    const light = await inTurns([ourQueue], context, plannedMove);
    return [
      ...rows,
      rowOf({ ...told, what: "planned move, disk + address + broker" }, light, median({ atMost: 1 })),
    ];
  },
};

const cost: MscsFigure = {
  name: "agent-cost",
  title: "memory and processor time of the agent beside the engine",
  run: ({ tell }) => agentCost(tell),
};

const trackingDelay: MscsFigure = {
  name: "tracking",
  title: "from a change in the engine until the console shows it",
  run: ({ rounds, tell }) => tracking(rounds, tell),
};

export const figures: readonly MscsFigure[] = [power, application, move, cost, trackingDelay];
