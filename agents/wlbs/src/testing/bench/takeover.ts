/** One takeover, seen from outside: cable pulled, killed, and when the last bucket of the dead host is served again. */
import { bucketsOf } from "@bulkhead/core/wlbs";
import {
  type BenchHost,
  type Cluster,
  converge,
  isConverged,
  startAgent,
  statusOf,
  tableOf,
  wipe,
} from "./cluster.ts";
import type { Context } from "./figure.ts";
import { killVrrp, startVrrp, type VrrpHost, wipeVrrp } from "./keepalived.ts";
import type { Prober } from "./prober.ts";
import { cable, pause, sharedMs, until } from "./wires.ts";

export interface Takeover {
  /** From just before the cable is pulled to the last watched source served. */
  servedMs: number;
  /** From a survivor's verdict until all survivors have all of their new buckets in the kernel. */
  committedMs: number;
}

/** Asks until every watched source is served by somebody else; the last of the moments. */
async function lastServed(prober: Prober, since: number, dead: string): Promise<number> {
  let times: (number | null)[] = [];
  await until("the buckets of the dead host are served again", async () => {
    times = await prober.served(since, dead);
    return times.length > 0 && times.every((at) => at !== null);
  });
  return Math.max(...times.map((at) => at ?? 0));
}

/** The watched sources are answered before the fault: else its end would be no news. The phase is left to chance. */
async function calmWatch(prober: Prober, indexes: readonly number[]): Promise<void> {
  await prober.watch(indexes);
  const began = sharedMs();
  await until("all watched sources are answered", async () => {
    const times = await prober.served(began, "nobody");
    return times.length > 0 && times.every((at) => at !== null);
  });
  await pause(100 + Math.random() * 400);
}

function strike(place: BenchHost["place"], kill: () => void): number {
  const at = sharedMs();
  cable(place, "down");
  kill();
  return at;
}

/** Kills a host of ours, waits for its buckets, looks at every one of them, and lets it come back as after a reboot. */
export async function ourTakeover(cluster: Cluster, prober: Prober, dead: BenchHost): Promise<Takeover> {
  const owned = bucketsOf(tableOf(dead) ?? new Uint8Array(), dead.hostId);
  const survivors = cluster.hosts.filter((host) => host !== dead);
  await calmWatch(prober, owned);
  const epochsBefore = epochsOf(survivors);
  const since = strike(dead.place, () => dead.agent?.kill("SIGKILL"));
  const servedAt = await lastServed(prober, since, dead.name);
  const { silent } = await prober.sweep(owned, 5_000);
  if (silent > 0) throw new Error(`${silent} of ${owned.length} buckets of ${dead.name} are not served.`);
  await prober.stop();
  await until("the survivors converge", () => isConverged(survivors));
  const committedMs = convergenceMs(survivors, epochsBefore);
  wipe(cluster, dead);
  cable(dead.place, "up");
  startAgent(cluster, dead);
  await converge(cluster);
  return { servedMs: servedAt - since, committedMs };
}

/**
 * From the verdict to the end of the convergence, as each survivor has recorded it on its own clock; the longest. A
 * convergence ends when every kernel has its buckets and has said so, so this is rather too long than too short.
 */
function convergenceMs(survivors: readonly BenchHost[], epochsBefore: ReadonlySet<string>): number {
  const records = survivors.flatMap((host) => statusOf(host)?.history ?? []);
  const ours = records.filter(({ epoch, cause }) => cause === "member-lost" && !epochsBefore.has(epoch));
  const lengths = ours.map(({ startedAt, endedAt }) => (endedAt ?? Number.POSITIVE_INFINITY) - startedAt);
  if (lengths.length === 0) throw new Error("No survivor has recorded the loss of the host.");
  return Math.max(...lengths);
}

const epochsOf = (hosts: readonly BenchHost[]): Set<string> =>
  new Set(hosts.flatMap((host) => statusOf(host)?.history.map(({ epoch }) => epoch) ?? []));

/** The same with keepalived: the master dies, the address moves, the master comes back and takes it again. */
export async function vrrpTakeover(
  context: Context,
  { net, hosts, prober }: { net: number; hosts: readonly VrrpHost[]; prober: Prober },
): Promise<number> {
  const [master] = hosts;
  if (!master) throw new Error("There is no VRRP host.");
  await calmWatch(prober, [...Array(32).keys()]);
  const since = strike(master.place, () => killVrrp(context, master));
  const servedAt = await lastServed(prober, since, master.name);
  await prober.stop();
  wipeVrrp(context, net, master);
  cable(master.place, "up");
  const before = master.masterSince.length;
  startVrrp(context, master);
  await until("the first host is master again", () => master.masterSince.length > before);
  return servedAt - since;
}
