/**
 * The wires of the proof: one bridge, hosts and a client, each in a network namespace that lives as long as a
 * process of ours. All of it is inside one `unshare` tree, so killing its first process leaves nothing behind.
 */
import { type ChildProcessWithoutNullStreams, execFileSync, spawn } from "node:child_process";
import { type Ask, type OnEvent, questions } from "./questions.ts";

export interface Place {
  name: string;
  /** The process that holds the namespace open. */
  holder: ChildProcessWithoutNullStreams;
  /** What executes the programs of this place, and its options. */
  by?: readonly string[];
}

export function sh(command: string): string {
  return execFileSync("sh", ["-c", command], { encoding: "utf8" });
}

/** A switch that floods, as the multicast mode of WLBS wants it. */
export function buildBridge(): void {
  sh(
    "ip link set lo up; ip link add br0 type bridge; ip link set br0 type bridge mcast_snooping 0; ip link set br0 up",
  );
}

/** A namespace with `eth0` on the bridge, these addresses (/24), and `/sys` of its own. */
export async function addPlace(name: string, addresses: readonly string[]): Promise<Place> {
  const holder = spawn("unshare", [
    "-nm",
    "sh",
    "-c",
    "mount -t sysfs none /sys; ip link set lo up; echo up; exec cat",
  ]);
  await new Promise((resolve) => holder.stdout.once("data", resolve));
  sh(`ip link add ${name} type veth peer name eth0 netns ${holder.pid}; ip link set ${name} master br0 up`);
  const place = { name, holder };
  inside(place, addresses.map((address) => `ip addr add ${address}/24 dev eth0`).join("; "));
  inside(place, "ip link set eth0 up");
  return place;
}

/** Runs a shell command in the place and returns what it prints. */
export function inside(place: Place, command: string): string {
  const entering = ["-t", `${place.holder.pid}`, "-n", "-m", "sh", "-c", command];
  return execFileSync("nsenter", entering, { encoding: "utf8" });
}

/** One of our programs, running in a place: JSON lines in both directions. */
export interface Program {
  pid: number;
  ask: Ask;
  kill(signal: NodeJS.Signals): void;
}

/** `onEvent` gets every line that is not an answer. Answers come in the order of the questions. */
export function start(place: Place, argv: readonly string[], onEvent: OnEvent = () => undefined): Program {
  const inPlace = ["-t", `${place.holder.pid}`, "-n", "-m", ...(place.by ?? []), process.execPath];
  // nsenter replaces itself with the program, so that signals reach the program.
  const child = spawn("nsenter", [...inPlace, ...argv], {
    stdio: ["pipe", "pipe", "inherit"],
    // A session of its own, as a service has: the kernel weighs sessions against each other.
    detached: true,
  });
  return {
    pid: child.pid ?? 0,
    ask: questions(child, onEvent),
    kill: (signal) => void child.kill(signal),
  };
}

/** Wide, because a busy machine is no failure: what takes that long does not happen at all. */
const limitMs = 60_000;

/** Waits for a condition, and says which one when it does not come. */
export async function until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  const began = performance.now();
  while (!(await holds())) {
    if (performance.now() - began > limitMs) throw new Error(`not within ${limitMs} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** Milliseconds on the clock that all processes of the machine share. */
export function sharedMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}
