/** Connections that survive a host's drain and its return: 5,000 open ones, each asked before and after. */
import { fileURLToPath } from "node:url";
import type { Row } from "@bulkhead/testkit/figures/rows";
import {
  addCluster,
  type Cluster,
  converge,
  endCluster,
  heartbeats,
  isConverged,
  statusOf,
  tableOf,
} from "../cluster.ts";
import type { Context, Figure } from "../figure.ts";
import { addPlace, buildSwitch, type Program, removePlace, startReady, until } from "../wires.ts";

const file = (name: string): string => fileURLToPath(new URL(`../${name}`, import.meta.url));
const connectionCount = 5_000;
const net = 46;

/** The host keeps its connections and stays a member, but owns nothing any more, and everybody knows. */
function isDrained(cluster: Cluster, hostId: number): boolean {
  const others = cluster.hosts.filter((host) => host.hostId !== hostId);
  const drained = cluster.hosts.find((host) => host.hostId === hostId);
  const nobody = others.every(
    (host) => !tableOf(host)?.includes(hostId) && statusOf(host)?.state === "converged",
  );
  return nobody && drained !== undefined && statusOf(drained)?.ownedCount === 0;
}

async function kept(client: Program): Promise<number> {
  return Number((await client.ask({ verb: "check" }))["kept"]);
}

async function rounds(
  context: Context,
  cluster: Cluster,
  client: Program,
): Promise<{ drain: number[]; join: number[] }> {
  const seen = { drain: [] as number[], join: [] as number[] };
  const count = context.isQuick ? 1 : 5;
  for (let round = 1; round <= count; round += 1) {
    const host = cluster.hosts[round % cluster.hosts.length];
    if (!host?.agent) throw new Error("There is no agent.");
    await host.agent.ask({ verb: "wlbs.drainstop" });
    await until(`${host.name} is drained`, () => isDrained(cluster, host.hostId));
    seen.drain.push((await kept(client)) / (connectionCount / 100));
    await host.agent.ask({ verb: "wlbs.start" });
    await until(`${host.name} has its share again`, () => isConverged(cluster.hosts));
    seen.join.push((await kept(client)) / (connectionCount / 100));
    context.tell(
      `round ${round} of ${count}: ${seen.drain.at(-1)} % kept on drain, ${seen.join.at(-1)} % on join`,
    );
  }
  return seen;
}

export const keptConnections: Figure = {
  name: "kept",
  title: "of 5,000 open TCP connections, those that survive the drain of a host and its return",
  needs: [],
  async run(context) {
    buildSwitch();
    const cluster = await addCluster(context, { net, hostCount: 3, heartbeat: heartbeats.fast });
    const addresses = Array.from({ length: 16 }, (_, index) => `10.${net}.0.${200 + index}`);
    const place = await addPlace(`h${net}-client`, addresses);
    const programs: Program[] = [];
    for (const host of cluster.hosts)
      programs.push(await startReady(host.place, [process.execPath, file("echo-program.ts"), host.name]));
    await converge(cluster);
    const client = await startReady(place, [
      process.execPath,
      file("holder-program.ts"),
      cluster.vip,
      addresses.join(","),
    ]);
    const { open } = await client.ask({ verb: "open", count: connectionCount });
    if (open !== connectionCount)
      throw new Error(`Only ${String(open)} of ${connectionCount} connections could be opened.`);
    const { drain, join } = await rounds(context, cluster, client);
    for (const program of [...programs, client]) program.kill("SIGKILL");
    endCluster(cluster);
    [...cluster.hosts.map((host) => host.place), place].forEach(removePlace);
    return rowsOf(drain, join);
  },
};

function rowsOf(drain: number[], join: number[]): Row[] {
  const row = {
    figure: "kept",
    unit: `% of ${connectionCount}`,
    statistic: "min" as const,
    against: null,
    judged: "ours" as const,
    goal: { atLeast: 100 },
    bound: { atLeast: 99.99 },
    note: "kept = it still answers, and from the same host as when it was opened; the same connections through all rounds",
  };
  return [
    { ...row, what: "connections kept when a host drains", ours: drain },
    { ...row, what: "connections kept when it joins again", ours: join },
  ];
}
