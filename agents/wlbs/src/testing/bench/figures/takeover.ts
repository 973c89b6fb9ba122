/** How long a killed host's buckets are away: ours, keepalived's address, and NLB's own heartbeat in our code. */
import { fileURLToPath } from "node:url";
import type { Row } from "@bulkhead/testkit/figures/rows";
import { addCluster, type Cluster, converge, endCluster, heartbeats } from "../cluster.ts";
import type { Context, Figure } from "../figure.ts";
import { addVrrp, startVrrp, type VrrpHost, wipeVrrp } from "../keepalived.ts";
import { addProber, type Prober, sourcePerBucket } from "../prober.ts";
import { ourTakeover, type Takeover, vrrpTakeover } from "../takeover.ts";
import { buildSwitch, type Program, removePlace, startReady, until } from "../wires.ts";

const echo = fileURLToPath(new URL("../echo-program.ts", import.meta.url));
const hostCount = 3;
const vrrpNet = 41;

interface Scene {
  cluster: Cluster;
  prober: Prober;
  end(): void;
}

/** Three hosts with the echo service, converged, and a prober with a source in every bucket. */
async function buildScene(
  context: Context,
  net: number,
  heartbeat: Cluster["policy"]["heartbeat"],
): Promise<Scene> {
  buildSwitch();
  const cluster = await addCluster(context, { net, hostCount, heartbeat });
  const services: Program[] = [];
  for (const { place, name } of cluster.hosts)
    services.push(await startReady(place, [process.execPath, echo, name]));
  const prober = await addProber(net, (addresses) => sourcePerBucket(addresses, cluster.policy.hashSeed));
  await converge(cluster);
  const end = (): void => {
    prober.end();
    for (const service of services) service.kill("SIGKILL");
    endCluster(cluster);
    for (const { place } of cluster.hosts) removePlace(place);
  };
  return { cluster, prober, end };
}

interface VrrpScene {
  net: number;
  hosts: VrrpHost[];
  prober: Prober;
  end(): void;
}

async function buildVrrp(context: Context): Promise<VrrpScene> {
  const hosts = await addVrrp(context, { net: vrrpNet, hostCount, intervalS: 0.1 });
  const services: Program[] = [];
  for (const { place, name } of hosts) services.push(await startReady(place, [process.execPath, echo, name]));
  const sources = (addresses: string[]): { address: string; port: number }[] =>
    Array.from({ length: 32 }, (_, index) => ({ address: addresses[index % 16] ?? "", port: 2000 + index }));
  const prober = await addProber(vrrpNet, sources);
  for (const host of hosts) startVrrp(context, host);
  await until("the first host is master", () => (hosts[0]?.masterSince.length ?? 0) > 0);
  const end = (): void => {
    prober.end();
    for (const service of services) service.kill("SIGKILL");
    for (const host of hosts) {
      wipeVrrp(context, vrrpNet, host);
      removePlace(host.place);
    }
  };
  return { net: vrrpNet, hosts, prober, end };
}

/** Hosts die in turn, the default host among them. */
function next(scene: Scene, round: number): Promise<Takeover> {
  const dead = scene.cluster.hosts[round % hostCount];
  if (!dead) throw new Error("There is no host.");
  return ourTakeover(scene.cluster, scene.prober, dead);
}

async function againstVrrp(context: Context): Promise<{ ours: Takeover[]; theirs: number[] }> {
  const scene = await buildScene(context, 40, heartbeats.fast);
  const vrrp = await buildVrrp(context);
  const rounds = context.isQuick ? 6 : 30;
  const ours: Takeover[] = [];
  const theirs: number[] = [];
  for (let round = 1; round <= rounds; round += 1) {
    const one = await next(scene, round);
    ours.push(one);
    theirs.push(await vrrpTakeover(context, vrrp));
    const told = `ours ${Math.round(one.servedMs)} ms (verdict to kernel ${Math.round(one.committedMs)} ms)`;
    context.tell(`round ${round} of ${rounds}: ${told}, keepalived ${Math.round(theirs.at(-1) ?? 0)} ms`);
  }
  scene.end();
  vrrp.end();
  return { ours, theirs };
}

const common = { figure: "takeover", unit: "ms" };
const note =
  "3 hosts each; cable pulled, then kill -9; a client asks 32 of the dead host's buckets every 4 ms, then all of them; keepalived: priority 102 against 101, advert_int 0.1";

function takeoverRows(ours: readonly Takeover[], theirs: number[]): Row[] {
  const served = ours.map(({ servedMs }) => servedMs);
  const against = { name: "keepalived", values: theirs };
  const row = { ...common, ours: served, against, note };
  const what = "killed to all buckets served, fast";
  return [
    { ...row, what, statistic: "median", judged: "ratio", goal: { atMost: 1 }, bound: { atMost: 1.3 } },
    { ...row, what, statistic: "p99", judged: "ratio", goal: { atMost: 1 }, bound: { atMost: 1.3 } },
    { ...row, what, statistic: "p99", judged: "ours", goal: { atMost: 600 }, bound: { atMost: 1000 } },
    {
      ...common,
      figure: "takeover",
      what: "verdict to nft committed on the last survivor",
      statistic: "p99",
      ours: ours.map(({ committedMs }) => committedMs),
      against: null,
      judged: "ours",
      goal: { atMost: 40 },
      bound: { atMost: 60 },
      note,
    },
  ];
}

export const takeover: Figure = {
  name: "takeover",
  title: "a host is killed: until all its buckets are served, against keepalived; and verdict to kernel",
  needs: [{ program: "keepalived", package: "keepalived" }],
  async run(context) {
    const { ours, theirs } = await againstVrrp(context);
    return takeoverRows(ours, theirs);
  },
};

export const nlb: Figure = {
  name: "nlb",
  title: "a host is killed: the default heartbeat against NLB's 5 x 1 s in the same code",
  needs: [],
  async run(context) {
    const scenes = [
      await buildScene(context, 42, heartbeats.default),
      await buildScene(context, 43, heartbeats.nlb),
    ];
    const rounds = context.isQuick ? 3 : 9;
    const seen: number[][] = [[], []];
    for (let round = 1; round <= rounds; round += 1) {
      for (const [index, scene] of scenes.entries()) seen[index]?.push((await next(scene, round)).servedMs);
      context.tell(
        `round ${round} of ${rounds}: default ${Math.round(seen[0]?.at(-1) ?? 0)} ms, NLB's ${Math.round(seen[1]?.at(-1) ?? 0)} ms`,
      );
    }
    for (const scene of scenes) scene.end();
    return [
      {
        figure: "nlb",
        what: "killed to all buckets served, default",
        unit: "ms",
        statistic: "median",
        ours: seen[0] ?? [],
        against: { name: "heartbeat nlb", values: seen[1] ?? [] },
        judged: "ratio",
        goal: { atMost: 1 / 8 },
        bound: { atMost: 1 / 5 },
        note: "default: 4 x 125 ms; nlb: 5 x 1 s",
      },
    ];
  },
};
