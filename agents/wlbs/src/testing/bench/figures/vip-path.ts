/** What the way through the virtual IP costs one host that serves it alone. */
import { addCluster, converge, endCluster, heartbeats } from "../cluster.ts";
import type { Context, Figure, Row } from "../figure.ts";
import { load, startNginx } from "../web.ts";
import { addPair, type Place, removePlace } from "../wires.ts";

interface Kind {
  what: string;
  unit: string;
  path: string;
  connections: number;
  isFresh: boolean;
  value: "requestsPerS" | "bytesPerS";
  scale: number;
}

const kinds: Kind[] = [
  {
    what: "requests, connections kept",
    unit: "k requests/s",
    path: "small",
    connections: 32,
    isFresh: false,
    value: "requestsPerS",
    scale: 1e-3,
  },
  {
    what: "requests, a new connection each",
    unit: "k requests/s",
    path: "small",
    connections: 32,
    isFresh: true,
    value: "requestsPerS",
    scale: 1e-3,
  },
  {
    what: "bytes",
    unit: "Gb/s",
    path: "large",
    connections: 4,
    isFresh: false,
    value: "bytesPerS",
    scale: 8e-9,
  },
];

/** Own address on the same host; and the same server on a host without Bulkhead, where nothing tracks connections. */
const targets = ["vip", "own", "bare"] as const;
type Target = (typeof targets)[number];
type Results = Record<Target, number[]>;
type From = Record<Target, { client: Place; address: string }>;

async function measure(context: Context, from: From, kind: Kind): Promise<Results> {
  const results: Results = { vip: [], own: [], bare: [] };
  const { connections, isFresh, path, value, scale, what, unit } = kind;
  const rounds = context.isQuick ? 5 : 15;
  for (let round = 1; round <= rounds; round += 1) {
    for (const target of targets) {
      const { client, address } = from[target];
      const seconds = 1;
      const result = await load(client, { url: `http://${address}/${path}`, connections, isFresh, seconds });
      results[target].push(result[value] * scale);
    }
    const last = targets.map((target) => `${target} ${results[target].at(-1)?.toFixed(2)}`);
    context.tell(`${what}, round ${round} of ${rounds}: ${last.join(", ")} ${unit}`);
  }
  return results;
}

function rowsOf({ what, unit }: Kind, { vip, own, bare }: Results): Row[] {
  const row = {
    figure: "vip-path",
    what,
    unit,
    statistic: "median" as const,
    ours: vip,
    judged: "ratio" as const,
  };
  const note =
    "client and server share the machine, one cable between them; nginx with one worker, wrk with one thread";
  const against = { name: "own address", values: own };
  const without = { name: "host without Bulkhead", values: bare };
  return [
    { ...row, against, goal: { atLeast: 0.97 }, bound: { atLeast: 0.93 }, note },
    { ...row, against: without, goal: null, bound: null, note },
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
    const servers = await Promise.all([host, bare].map((place) => startNginx(place, context.work)));
    await converge(cluster);
    const from: From = {
      vip: { client, address: cluster.vip },
      own: { client, address: "10.20.0.1" },
      bare: { client: bareClient, address: "10.20.0.1" },
    };
    const rows: Row[] = [];
    for (const kind of kinds) rows.push(...rowsOf(kind, await measure(context, from, kind)));
    for (const server of servers) server.kill("SIGKILL");
    endCluster(cluster);
    [client, host, bareClient, bare].forEach(removePlace);
    return rows;
  },
};
