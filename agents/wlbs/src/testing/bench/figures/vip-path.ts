/** What the way through the virtual IP costs one host that serves it alone. */

import type { Row } from "@bulkhead/testkit/figures/rows";
import { addCluster, converge, endCluster, heartbeats } from "../cluster.ts";
import type { Context, Figure } from "../figure.ts";
import { type Load, load, startNginx } from "../web.ts";
import { addPair, type Place, type Program, removePlace } from "../wires.ts";

interface Kind {
  what: string;
  unit: string;
  path: string;
  connections: number;
  isFresh: boolean;
  value: "requests" | "bytes";
  scale: number;
}

const requests = {
  path: "small",
  connections: 32,
  value: "requests" as const,
  unit: "k requests",
  scale: 1e-3,
};
const kinds: Kind[] = [
  { ...requests, what: "requests, connections kept", isFresh: false },
  { ...requests, what: "requests, a new connection each", isFresh: true },
  { what: "bytes", unit: "Gb", path: "large", connections: 4, isFresh: false, value: "bytes", scale: 8e-9 },
];

/** Own address on the same host; and the same server on a host without Bulkhead, where nothing tracks connections. */
const targets = ["vip", "own", "bare"] as const;
type Target = (typeof targets)[number];
type Results = Record<Target, Load[]>;
type From = Record<Target, { client: Place; address: string; workers: Program[] }>;

async function measure(context: Context, from: From, kind: Kind): Promise<Results> {
  const results: Results = { vip: [], own: [], bare: [] };
  const { connections, isFresh, path, what, unit } = kind;
  const rounds = context.isQuick ? 5 : 15;
  for (let round = 1; round <= rounds; round += 1) {
    for (const target of targets) {
      const { client, address, workers } = from[target];
      const wish = { url: `http://${address}/${path}`, connections, isFresh, seconds: 1, workers };
      results[target].push(await load(client, wish));
    }
    const last = targets.map(
      (target) => `${target} ${valuesOf(kind, results[target], "").at(-1)?.toFixed(2)}`,
    );
    context.tell(`${what}, round ${round} of ${rounds}: ${last.join(", ")} ${unit}/s`);
  }
  return results;
}

/** `OfCpu`: per second of processor time, which others on the machine can disturb less. */
function valuesOf({ value, scale }: Kind, loads: readonly Load[], of: "" | "OfCpu"): number[] {
  return loads.map((one) => one[`${value}${of}`] * scale);
}

function rowsOf(kind: Kind, { vip, own, bare }: Results): Row[] {
  const note =
    "client and server share the machine, one cable between them; nginx with one worker, wrk with one thread";
  const row = (of: "" | "OfCpu", name: string, loads: Load[]) => ({
    figure: "vip-path",
    what: kind.what,
    unit: of === "" ? `${kind.unit}/s` : `${kind.unit}/s of processor time`,
    statistic: "median" as const,
    ours: valuesOf(kind, vip, of),
    against: { name, values: valuesOf(kind, loads, of) },
    judged: "ratio" as const,
    note,
  });
  const limits = { goal: { atLeast: 0.97 }, bound: { atLeast: 0.93 } };
  return [
    { ...row("", "own address", own), ...limits },
    { ...row("OfCpu", "own address", own), ...limits },
    { ...row("OfCpu", "host without Bulkhead", bare), goal: null, bound: null },
  ];
}

export const vipPath: Figure = {
  name: "vip-path",
  title: "requests and bytes through the virtual IP of one host, against the server's own address",
  needs: [
    { program: "nginx", package: "nginx-light" },
    { program: "wrk", package: "wrk" },
  ],
  async run(context) {
    const [client, host] = await addPair(["v-client", "v-host"], [["10.20.0.200"], ["10.20.0.1"]]);
    const [bareClient, bare] = await addPair(["v-client-2", "v-bare"], [["10.20.0.200"], ["10.20.0.1"]]);
    const cluster = await addCluster(context, { net: 20, hostCount: 1, heartbeat: heartbeats.fast }, [host]);
    const [server, bareServer] = [await startNginx(host, context.work), await startNginx(bare, context.work)];
    await converge(cluster);
    const agent = cluster.hosts.flatMap((one) => one.agent ?? []);
    const from: From = {
      vip: { client, address: cluster.vip, workers: [server, ...agent] },
      own: { client, address: "10.20.0.1", workers: [server, ...agent] },
      bare: { client: bareClient, address: "10.20.0.1", workers: [bareServer] },
    };
    const rows: Row[] = [];
    for (const kind of kinds) rows.push(...rowsOf(kind, await measure(context, from, kind)));
    for (const web of [server, bareServer]) web.kill("SIGKILL");
    endCluster(cluster);
    [client, host, bareClient, bare].forEach(removePlace);
    return rows;
  },
};
