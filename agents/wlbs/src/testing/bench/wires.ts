/**
 * The wires of the bench: a switch that floods, and places on it, each a network namespace. All of it is inside the
 * one `unshare` tree of the bench, so that its end leaves nothing on the machine.
 */
import { type ChildProcessWithoutNullStreams, execFileSync, spawn } from "node:child_process";
import { type Ask, type OnEvent, questions } from "../questions.ts";

/** A machine of the bench: a network namespace with `eth0` on the switch. */
export interface Place {
  name: string;
  /** The process that holds the namespace open. */
  holder: ChildProcessWithoutNullStreams;
}

/** Runs a shell command outside of the places. Throws when it fails. */
export function sh(command: string): string {
  return execFileSync("sh", ["-c", command], { encoding: "utf8", maxBuffer: 64_000_000 });
}

/** Runs a shell command in a place and returns what it prints. Throws when it fails. */
export function inside(place: Place, command: string, input = ""): string {
  const entering = ["-t", `${place.holder.pid}`, "-n", "sh", "-c", command];
  return execFileSync("nsenter", entering, { encoding: "utf8", input, maxBuffer: 64_000_000 });
}

/** Builds the switch `name` unless it is there; multicast frames go out of every port, as the multicast mode of WLBS wants it. */
export function buildSwitch(name = "br0"): void {
  const bridge = `ip link show ${name} >/dev/null 2>&1 || ip link add ${name} type bridge mcast_snooping 0`;
  sh(`ip link set lo up; ${bridge}; ip link set ${name} up`);
}

async function newPlace(name: string): Promise<Place> {
  const holder = spawn("unshare", ["-n", "sh", "-c", "ip link set lo up; echo up; exec cat"]);
  await new Promise((resolve) => holder.stdout.once("data", resolve));
  return { name, holder };
}

function address(place: Place, addresses: readonly string[]): void {
  const adding = addresses.map((one) => `ip addr add ${one}/24 dev eth0`);
  inside(place, [...adding, "ip link set eth0 up"].join("; "));
}

/** Adds a place whose `eth0` has these addresses (/24). `name` is also the switch's port, so at most 15 letters. */
export async function addPlace(name: string, addresses: readonly string[], bridge = "br0"): Promise<Place> {
  const place = await newPlace(name);
  sh(
    `ip link add ${name} type veth peer name eth0 netns ${place.holder.pid}; ip link set ${name} master ${bridge} up`,
  );
  address(place, addresses);
  return place;
}

/**
 * Adds two places with one cable between them: a switch in software floods what has a multicast MAC, and charges this
 * machine for it.
 */
export async function addPair(
  names: [string, string],
  addresses: [string[], string[]],
): Promise<[Place, Place]> {
  const [one, other] = [await newPlace(names[0]), await newPlace(names[1])];
  sh(`ip link add eth0 netns ${one.holder.pid} type veth peer name eth0 netns ${other.holder.pid}`);
  address(one, addresses[0]);
  address(other, addresses[1]);
  return [one, other];
}

/** Takes a place away, and with it its cable and whatever its kernel held. Its programs are the caller's to end. */
export function removePlace(place: Place): void {
  sh(`ip link del ${place.name} 2>/dev/null || true`);
  place.holder.kill("SIGKILL");
}

/** Pulls the cable at the switch, or plugs it in again. */
export function cable(place: Place, state: "up" | "down"): void {
  sh(`ip link set ${place.name} ${state}`);
}

/** A program that runs in a place. */
export interface Program {
  pid: number;
  /** Only for programs of ours. */
  ask: Ask;
  kill(signal: NodeJS.Signals): void;
  ended: Promise<void>;
}

/** Starts a program in a place, in a session of its own, as a service has: the kernel weighs sessions. */
export function start(place: Place, argv: readonly string[], onEvent: OnEvent = () => undefined): Program {
  const child = spawn("nsenter", ["-t", `${place.holder.pid}`, "-n", ...argv], {
    stdio: ["pipe", "pipe", "inherit"],
    detached: true,
  });
  return {
    pid: child.pid ?? 0,
    ask: questions(child, onEvent),
    // The whole group: keepalived and nginx have children.
    kill: (signal) => killGroup(child.pid ?? 0, signal),
    ended: new Promise((resolve) => void child.once("exit", () => resolve())),
  };
}

function killGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch {
    // It has ended by itself.
  }
}

/** Starts one of our own programs and waits until it says that it is ready. */
export async function startReady(place: Place, argv: readonly string[]): Promise<Program> {
  let program: Program | null = null;
  await new Promise<void>((resolve, reject) => {
    program = start(place, argv, ({ event }) => event === "ready" && resolve());
    void program.ended.then(() => reject(new Error(`${argv.join(" ")} in ${place.name} ended at once.`)));
  });
  return program as unknown as Program;
}

/** Waits for a condition and says which one when it does not come. The limit is wide: a busy machine is no failure. */
export async function until(
  what: string,
  holds: () => boolean | Promise<boolean>,
  limitMs = 60_000,
): Promise<void> {
  const began = performance.now();
  while (!(await holds())) {
    if (performance.now() - began > limitMs) throw new Error(`Not within ${limitMs / 1000} s: ${what}.`);
    await pause(5);
  }
}

/** Lets time go by: the bench measures over time, so here this is no wait for luck. */
export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Milliseconds on the clock that all processes of the machine share. */
export function sharedMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}
