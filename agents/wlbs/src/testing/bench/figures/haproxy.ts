/** The same web servers behind HAProxy on a host of its own, and behind a virtual IP without anything in between. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Row } from "@bulkhead/testkit/figures/rows";
import { addCluster, converge, endCluster, heartbeats } from "../cluster.ts";
import type { Context, Figure } from "../figure.ts";
import { type Load, load, startNginx } from "../web.ts";
import {
  addPlace,
  buildSwitch,
  inside,
  type Place,
  type Program,
  removePlace,
  start,
  until,
} from "../wires.ts";

const servers = ["10.30.0.1", "10.30.0.2"];

function config(): string {
  const lines = servers.map((address, index) => `  server s${index + 1} ${address}:80`);
  return `global
  maxconn 4000
defaults
  mode tcp
  timeout connect 5s
  timeout client 60s
  timeout server 60s
listen web
  bind 10.30.0.100:80
  balance roundrobin
${lines.join("\n")}
`;
}

async function startHaproxy(place: Place, work: string): Promise<Program> {
  const file = join(work, "haproxy.cfg");
  writeFileSync(file, config());
  const program = start(place, ["haproxy", "-db", "-f", file]);
  await until("HAProxy listens", () => inside(place, "ss -ltn").includes(":80 "));
  return program;
}

interface Side {
  client: Place;
  address: string;
  /** What works for the answers beside the client. */
  workers: Program[];
  end(): void;
}

/** Each side has a switch of its own, so that frames of the one are not flooded to the other. */
async function buildOurs(context: Context): Promise<Side> {
  buildSwitch();
  const cluster = await addCluster(context, { net: 31, hostCount: 2, heartbeat: heartbeats.fast });
  const client = await addPlace("h31-client", ["10.31.0.200"]);
  const places = cluster.hosts.map(({ place }) => place);
  const webs = await Promise.all(places.map((place) => startNginx(place, context.work)));
  await converge(cluster);
  const end = (): void => {
    for (const web of webs) web.kill("SIGKILL");
    endCluster(cluster);
    [...places, client].forEach(removePlace);
  };
  const agents = cluster.hosts.flatMap(({ agent }) => agent ?? []);
  return { client, address: cluster.vip, workers: [...webs, ...agents], end };
}

async function buildTheirs(context: Context): Promise<Side> {
  buildSwitch("br-haproxy");
  const add = (name: string, address: string): Promise<Place> => addPlace(name, [address], "br-haproxy");
  const places = await Promise.all(servers.map((address, index) => add(`p-web-${index + 1}`, address)));
  const balancer = await add("p-haproxy", "10.30.0.100");
  const client = await add("p-client", "10.30.0.200");
  const programs = await Promise.all(places.map((place) => startNginx(place, context.work)));
  programs.push(await startHaproxy(balancer, context.work));
  const end = (): void => {
    for (const program of programs) program.kill("SIGKILL");
    [...places, balancer, client].forEach(removePlace);
  };
  return { client, address: "10.30.0.100", workers: programs, end };
}

export const haproxy: Figure = {
  name: "haproxy",
  title:
    "requests per second of two web servers behind the virtual IP, against HAProxy in TCP mode on a host of its own",
  needs: [
    { program: "nginx", package: "nginx-light" },
    { program: "wrk", package: "wrk" },
    { program: "haproxy", package: "haproxy" },
  ],
  async run(context) {
    const sides = { ours: await buildOurs(context), theirs: await buildTheirs(context) };
    const rows: Row[] = [];
    for (const isFresh of [false, true])
      rows.push(...rowsOf(isFresh, await measure(context, sides, isFresh)));
    for (const side of Object.values(sides)) side.end();
    return rows;
  },
};

type Results = Record<"ours" | "theirs", Load[]>;

async function measure(
  context: Context,
  sides: Record<"ours" | "theirs", Side>,
  isFresh: boolean,
): Promise<Results> {
  const results: Results = { ours: [], theirs: [] };
  const rounds = context.isQuick ? 5 : 15;
  for (let round = 1; round <= rounds; round += 1) {
    for (const name of ["ours", "theirs"] as const) {
      const { client, address, workers } = sides[name];
      const wish = { url: `http://${address}/small`, connections: 64, isFresh, seconds: 1, workers };
      results[name].push(await load(client, wish));
    }
    const [ours, theirs] = [results.ours, results.theirs].map((loads) =>
      Math.round(loads.at(-1)?.requests ?? 0),
    );
    context.tell(`round ${round} of ${rounds}: ours ${ours}, HAProxy ${theirs} requests/s`);
  }
  return results;
}

function rowsOf(isFresh: boolean, { ours, theirs }: Results): Row[] {
  const row = (value: "requests" | "requestsOfCpu"): Row => ({
    figure: "haproxy",
    what: isFresh ? "requests, a new connection each" : "requests, connections kept",
    unit: value === "requests" ? "k requests/s" : "k requests/s of processor time",
    statistic: "median",
    ours: ours.map((one) => one[value] / 1000),
    against: { name: "HAProxy", values: theirs.map((one) => one[value] / 1000) },
    judged: "ratio",
    goal: { atLeast: 1.5 },
    bound: { atLeast: 1.2 },
    note: "all of it shares the machine's processors, so the balancer's work is missing elsewhere; both have two nginx",
  });
  return [row("requests"), row("requestsOfCpu")];
}
