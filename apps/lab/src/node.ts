/**
 * One node of the lab: a set of namespaces with a disk and two cables. Power, freezing and the cable are switched from
 * outside, as they would be on a real machine.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { nodePlaces, type Places } from "./places.ts";
import { childOf, continueAll, continueChildren, signal, stopAll } from "./processes.ts";
import { finishDisk, firstBootScript, prepareDisk } from "./provision.ts";
import { must, type RunResult, run } from "./run.ts";
import type { NodeSpec } from "./topology.ts";
import { baseEnvironment, enter } from "./unit-process.ts";
import { createUnitManager, type UnitManager } from "./units.ts";
import { plugIn, removeCables, setServiceCable, unplug } from "./wires.ts";

export type Power = "on" | "off" | "frozen" | "switching";

export interface NodeStatus {
  name: string;
  kind: NodeSpec["kind"];
  power: Power;
  cable: "plugged" | "cut";
  serviceAddress: string;
  mgmtAddress: string;
  units: Record<string, string>;
  /** Duration of the last boot until all enabled units were started. */
  bootMs: number | null;
}

export interface LabNodeOptions {
  spec: NodeSpec;
  places: Places;
  /** Gives the pair's nodes a block device that reaches the shared disk for as long as the power is on. */
  attachDisk?: () => Promise<{ device: string; release(): Promise<void> }>;
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
  let cable: NodeStatus["cable"] = "plugged";
  let bootMs: number | null = null;
  /** One switch at a time: fencing and an admin's fault may come together. */
  let last: Promise<unknown> = Promise.resolve();

  function serially<T>(action: () => Promise<T>): Promise<T> {
    const next = last.then(action, action);
    last = next.catch(() => undefined);
    return next;
  }

  async function boot(): Promise<void> {
    if (running !== null) return;
    const startedAt = performance.now();
    power = "switching";
    const fresh = await prepareDisk(places, spec);
    const disk = await options.attachDisk?.();
    const releaseDisk = async () => disk?.release();
    const { supervisor, pid } = await startNamespaces(options, disk?.device ?? "").catch(
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
    await plugIn(spec, pid, cable === "cut");
    power = "on";
    // Not awaited: a node whose services are still starting can be switched off like any other.
    void units.startEnabled().then(() => {
      bootMs = Math.round(performance.now() - startedAt);
    });
  }

  async function powerOff(): Promise<void> {
    if (running === null) return;
    const { supervisor, pid, units, releaseDisk } = running;
    running = null;
    power = "switching";
    units.close();
    await unplug(spec);
    const gone =
      supervisor.exitCode === null && supervisor.signalCode === null ? once(supervisor, "exit") : null;
    signal(pid, "SIGKILL");
    await continueChildren();
    await gone;
    await removeCables(spec);
    await releaseDisk();
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

  async function cut(): Promise<void> {
    if (running !== null) await setServiceCable(spec, "down");
    cable = "cut";
  }

  async function plug(): Promise<void> {
    if (running !== null) await setServiceCable(spec, "up");
    cable = "plugged";
  }

  async function heal(): Promise<void> {
    await thaw();
    await plug();
    await boot();
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
    cut: () => serially(cut),
    heal: () => serially(heal),
    /** Runs a command inside; rejects when the node is off. */
    exec,
    units: () => running?.units ?? null,
    status: (): NodeStatus => ({
      name: spec.name,
      kind: spec.kind,
      power,
      cable,
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
  device: string,
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
      DISK_DEVICE: device,
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
