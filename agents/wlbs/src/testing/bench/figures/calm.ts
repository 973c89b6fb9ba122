/** Wrong verdicts: hosts that are declared dead although they live, on a machine whose processors are busy. */
import { type ChildProcess, spawn } from "node:child_process";
import type { Row } from "@bulkhead/testkit/figures/rows";
import { addCluster, type Cluster, converge, endCluster, heartbeats, statusOf } from "../cluster.ts";
import type { Context, Figure } from "../figure.ts";
import { addVrrp, startVrrp, type VrrpHost, wipeVrrp } from "../keepalived.ts";
import { buildSwitch, pause, removePlace, sharedMs, until } from "../wires.ts";

const vrrpNet = 45;
const hostCount = 3;
const busyCount = 4;

/** Each in a session of its own, as services are: the kernel weighs sessions against each other. */
function startBusyLoops(): ChildProcess[] {
  return Array.from({ length: busyCount }, () =>
    spawn("sh", ["-c", "while :; do :; done"], { stdio: "ignore", detached: true }),
  );
}

/** Convergences that began because somebody was thought to be lost, as any host of the cluster saw them. */
function lostVerdicts(cluster: Cluster): Set<string> {
  const records = cluster.hosts.flatMap((host) => statusOf(host)?.history ?? []);
  return new Set(records.filter(({ cause }) => cause === "member-lost").map(({ epoch }) => epoch));
}

/** The first host has the highest priority and lives: whenever another becomes master, it was thought to be dead. */
function masterships([, ...others]: readonly VrrpHost[]): number {
  return others.reduce((sum, { masterSince }) => sum + masterSince.length, 0);
}

async function startPair(context: Context): Promise<{ cluster: Cluster; vrrp: VrrpHost[] }> {
  buildSwitch();
  const cluster = await addCluster(context, { net: 44, hostCount, heartbeat: heartbeats.fast });
  const vrrp = await addVrrp(context, { net: vrrpNet, hostCount, intervalS: 0.1 });
  for (const host of vrrp) startVrrp(context, host);
  await converge(cluster);
  await until("the first host is master", () => (vrrp[0]?.masterSince.length ?? 0) > 0);
  // Whoever started first was master for a moment; what follows is judged.
  await pause(2_000);
  return { cluster, vrrp };
}

async function watch(context: Context): Promise<{ ours: number[]; theirs: number[] }> {
  const { cluster, vrrp } = await startPair(context);
  const [before, mastersBefore] = [lostVerdicts(cluster), masterships(vrrp)];
  const seen = new Set<string>();
  const busy = startBusyLoops();
  const began = sharedMs();
  const result = { ours: [] as number[], theirs: [] as number[] };
  for (let minute = 1; sharedMs() - began < context.minutes * 60_000; minute += 1) {
    const [oursBefore, theirsBefore] = [seen.size, masterships(vrrp)];
    const end = Math.min(began + minute * 60_000, began + context.minutes * 60_000);
    while (sharedMs() < end) {
      await pause(500);
      for (const epoch of lostVerdicts(cluster)) if (!before.has(epoch)) seen.add(epoch);
    }
    result.ours.push(seen.size - oursBefore);
    result.theirs.push(masterships(vrrp) - theirsBefore);
    context.tell(
      `minute ${minute}: ours ${seen.size}, keepalived ${masterships(vrrp) - mastersBefore} so far`,
    );
  }
  for (const { pid } of busy) if (pid) process.kill(-pid, "SIGKILL");
  endCluster(cluster);
  for (const host of vrrp) wipeVrrp(context, vrrpNet, host);
  for (const { place } of [...cluster.hosts, ...vrrp]) removePlace(place);
  return result;
}

function rowsOf({ ours, theirs }: { ours: number[]; theirs: number[] }, minutes: number): Row[] {
  const row = {
    figure: "calm",
    what: `wrong verdicts in ${minutes} min, ${busyCount} busy loops, fast`,
    unit: "per minute",
    statistic: "sum" as const,
    ours,
    against: { name: "keepalived", values: theirs },
    note: "both at 100 ms at the same time on the same machine, three hosts each; every host decides for itself, each wrong decision counts",
  };
  const others = theirs.reduce((sum, value) => sum + value, 0);
  return [{ ...row, judged: "ours", goal: { atMost: 0 }, bound: { atMost: others } }];
}

export const calm: Figure = {
  name: "calm",
  title: "hosts declared dead although they live, with four busy loops beside them, against keepalived",
  needs: [{ program: "keepalived", package: "keepalived" }],
  run: async (context) => rowsOf(await watch(context), context.minutes),
};
