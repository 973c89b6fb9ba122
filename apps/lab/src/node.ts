/**
 * One node of the lab: a set of namespaces with a disk and its cables. Power, freezing and cables are switched from
 * outside, as they would be on a real machine.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { emptyDisks, fillDisk } from "./filling.ts";
import { nodePlaces, type Places } from "./places.ts";
import { loseUnwritten } from "./power-cut.ts";
import { childOf, continueAll, continueChildren, namedProcesses, signal, stopAll } from "./processes.ts";
import { finishDisk, firstBootScript, prepareDisk } from "./provision.ts";
import { must, type RunResult, run } from "./run.ts";
import type { AttachedDisks } from "./shared-disk.ts";
import type { LinkName, NodeSpec } from "./topology.ts";
import { baseEnvironment, enter } from "./unit-process.ts";
import { createUnitManager, type UnitManager } from "./units.ts";
import { linksOf, plugIn, removeCables, setCable, unplug } from "./wires.ts";

export type Power = "on" | "off" | "frozen" | "switching";

export interface NodeStatus {
  name: string;
  kind: NodeSpec["kind"];
  power: Power;
  /** The service cable; `links` has the others too. */
  cable: "plugged" | "cut";
  links: Partial<Record<LinkName, "plugged" | "cut">>;
  serviceAddress: string;
  mgmtAddress: string;
  units: Record<string, string>;
  /** Duration of the last boot until all enabled units were started. */
  bootMs: number | null;
}

export interface LabNodeOptions {
  spec: NodeSpec;
  places: Places;
  /** Gives the pair's nodes block devices that reach the shared disks for as long as the power is on. */
  attachDisks?: () => Promise<AttachedDisks>;
}

export type LabNode = ReturnType<typeof createLabNode>;

interface Running {
  supervisor: ChildProcess;
  /** First process of the node, as the fabric counts. */
  pid: number;
  units: UnitManager;
  releaseDisk: () => Promise<void>;
}

/** A node that is off. */
export function createLabNode(options: LabNodeOptions) {
  const { spec, places } = options;
  const here = nodePlaces(places, spec.name);
  let running: Running | null = null;
  let power: Power = "off";
  /** Cables that are pulled. */
  const cutLinks = new Set<LinkName>();
  let bootMs: number | null = null;
  /** What a node that is off has not let go of yet: until then it counts as on, and the peer must not mount. */
  let leftDisk: (() => Promise<void>) | null = null;
  /** One switch at a time: fencing and an admin's fault may come together. */
  let last: Promise<unknown> = Promise.resolve();

  function serially<T>(action: () => Promise<T>): Promise<T> {
    const next = last.then(action, action);
    last = next.catch(() => undefined);
    return next;
  }

  async function boot(): Promise<void> {
    if (running !== null) return;
    await letGo();
    const startedAt = performance.now();
    power = "switching";
    const fresh = await prepareDisk(places, spec);
    const disks = await options.attachDisks?.();
    const releaseDisk = async () => disks?.release();
    const { supervisor, pid } = await startNamespaces(options, disks?.devices ?? {}).catch(
      async (error: unknown) => {
        power = "off";
        await releaseDisk();
        throw error;
      },
    );
    const units = createUnitManager({ pid, logDir: here.log, stateDir: here.units });
    running = { supervisor, pid, units, releaseDisk };
    supervisor.on("exit", () => {
      if (running?.supervisor === supervisor) void serially(powerOff);
    });
    if (fresh) {
      await must([...enter(pid), "sh", "-ec", firstBootScript(spec)]);
      await finishDisk(places, spec);
    }
    await plugIn(spec, pid, cutLinks);
    power = "on";
    // Not awaited: a node whose services are still starting can be switched off like any other.
    void units.startEnabled().then(() => {
      bootMs = Math.round(performance.now() - startedAt);
    });
  }

  async function powerOff(): Promise<void> {
    if (running === null) return letGo();
    const { supervisor, pid, units, releaseDisk } = running;
    leftDisk = releaseDisk;
    running = null;
    power = "switching";
    units.close();
    await unplug(spec);
    await loseUnwritten(pid);
    const gone =
      supervisor.exitCode === null && supervisor.signalCode === null ? once(supervisor, "exit") : null;
    signal(pid, "SIGKILL");
    await continueChildren();
    await gone;
    await removeCables(spec);
    await letGo();
  }

  /** Rejects when a disk is still held; to be tried again by the next who switches the node. */
  async function letGo(): Promise<void> {
    await leftDisk?.();
    leftDisk = null;
    power = "off";
  }

  async function freeze(): Promise<void> {
    if (running === null || power !== "on")
      throw new Error(`${spec.name} is ${power}: only a running node freezes.`);
    await stopAll(running.pid);
    power = "frozen";
  }

  async function thaw(): Promise<void> {
    if (running === null || power !== "frozen") return;
    await continueAll(running.pid);
    for (const front of running.units.fronts()) signal(front, "SIGCONT");
    power = "on";
  }

  /** Rejects with a sentence when the node has no such card. */
  async function cut(links: readonly LinkName[]): Promise<void> {
    const missing = links.find((link) => !linksOf(spec).includes(link));
    if (missing !== undefined)
      throw new Error(`${spec.name} has no card ${missing}. It has ${linksOf(spec).join(", ")}.`);
    for (const link of links) {
      if (running !== null) await setCable(spec, link, "down");
      cutLinks.add(link);
    }
  }

  async function plug(): Promise<void> {
    for (const link of cutLinks) if (running !== null) await setCable(spec, link, "up");
    cutLinks.clear();
  }

  async function heal(): Promise<void> {
    await thaw();
    await plug();
    await boot();
    await emptyDisks(exec);
  }

  /** Sends a signal to every process of that name. Resolves with how many there were; rejects when there was none. */
  async function signalProcesses(name: string, signalName: NodeJS.Signals): Promise<number> {
    if (running === null) throw new Error(`${spec.name} is off: nothing runs there.`);
    const found = await namedProcesses(running.pid, name);
    if (found.length === 0) throw new Error(`No process on ${spec.name} is called '${name}'.`);
    for (const pid of found) signal(pid, signalName);
    return found.length;
  }

  function exec(argv: string[], input?: string, timeoutMs = 60_000): Promise<RunResult> {
    if (running === null) throw new Error(`${spec.name} is off. Use heal ${spec.name} to switch it on.`);
    // The limit is kept inside: a killed `nsenter` would leave its command running.
    const limited = ["timeout", "-s", "KILL", String(Math.ceil(timeoutMs / 1000)), ...argv];
    return run([...enter(running.pid), ...limited], { input, env: baseEnvironment });
  }

  return {
    spec,
    powerOn: () => serially(boot),
    powerOff: () => serially(powerOff),
    freeze: () => serially(freeze),
    cut: (links: readonly LinkName[]) => serially(() => cut(links)),
    heal: () => serially(heal),
    signalProcesses,
    /** Fills the file system that holds `path`; resolves with the bytes that this took. */
    fill: (path: string) => fillDisk(exec, path),
    /** Runs a command inside; rejects when the node is off. */
    exec,
    units: () => running?.units ?? null,
    status: (): NodeStatus => ({
      name: spec.name,
      kind: spec.kind,
      power,
      cable: cutLinks.has("eth0") ? "cut" : "plugged",
      links: Object.fromEntries(
        linksOf(spec).map((link) => [link, cutLinks.has(link) ? "cut" : "plugged"] as const),
      ),
      serviceAddress: spec.serviceAddresses[0] ?? "",
      mgmtAddress: spec.mgmtAddress,
      units: running?.units.states() ?? {},
      bootMs,
    }),
  };
}

/** Starts the boot script in fresh namespaces and waits until it says that the file system stands. */
async function startNamespaces(
  options: LabNodeOptions,
  devices: Record<string, string>,
): Promise<{ supervisor: ChildProcess; pid: number }> {
  const { spec, places } = options;
  const here = nodePlaces(places, spec.name);
  const flags =
    "--mount --net --pid --ipc --uts --fork --kill-child --mount-proc --propagation private".split(" ");
  const supervisor = spawn("unshare", [...flags, "--", "sh", `${places.files}/boot.sh`], {
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
    env: {
      ...baseEnvironment,
      NODE: spec.name,
      DISK: here.disk,
      SHARE: here.share,
      DATA: places.data,
      CHECKOUT: places.checkout,
      NODE_BINARY: places.nodeBinary,
      SHARED_DISKS: Object.entries(devices)
        .map(([name, device]) => `${name}=${device}`)
        .join(" "),
    },
  });
  let complaint = "";
  supervisor.stderr.on("data", (text: Buffer) => {
    complaint = (complaint + text.toString()).slice(-400);
  });
  for await (const line of createInterface({ input: supervisor.stdout })) {
    if (line === "ready") return { supervisor, pid: await childOf(supervisor.pid ?? 0) };
    complaint = `${line} ${complaint}`;
  }
  throw new Error(`${spec.name} did not boot: ${complaint.trim() || "its first process ended"}.`);
}
