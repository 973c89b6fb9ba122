/**
 * The wires of the proofs under hardship: a switch, and places each with network, mounts and `/sys` of its own, so that a
 * tool can be taken away or a disk be filled in one of them alone. All of it ends with the namespaces of the proof.
 */
import { type ChildProcessWithoutNullStreams, execFileSync, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { type Program, sh } from "../tree.ts";

export interface Place {
  /** Also the name of its port on the switch. */
  name: string;
  /** Ends IPv4 and IPv6 addresses: 10.9.0.NUMBER, fd09::NUMBER. */
  number: number;
  /** The process that holds the namespaces open. */
  holder: ChildProcessWithoutNullStreams;
}

const hex = (number: number): string => number.toString(16);
export const ipv4Of = ({ number }: Pick<Place, "number">): string => `10.9.0.${number}`;
export const ipv6Of = ({ number }: Pick<Place, "number">): string => `fd09::${hex(number)}`;
const macOf = ({ number }: Place): string => `02:00:00:00:00:${hex(number).padStart(2, "0")}`;

/** Floods what it does not know, as a switch does. Snooping by IP would look past frames to a multicast MAC. */
export function buildSwitch(name = "br0"): void {
  sh(
    `ip link set lo up; ip link add ${name} type bridge mcast_snooping 0; ` +
      `sysctl -qw net.ipv6.conf.${name}.disable_ipv6=1; ip link set ${name} up`,
  );
}

export async function addPlace(name: string, number: number, more: readonly string[] = []): Promise<Place> {
  const setUp =
    "mount --make-rprivate / && mount -t sysfs none /sys && ip link set lo up && echo up && exec cat";
  const holder = spawn("unshare", ["-nm", "sh", "-c", setUp]);
  await new Promise((resolve) => holder.stdout.once("data", resolve));
  const place = { name, number, holder };
  plugIn(place, more);
  return place;
}

/** Gives a place its card and its addresses, as after a card was changed. `more`: further addresses with prefix. */
export function plugIn(place: Place, more: readonly string[] = []): void {
  const { name, holder } = place;
  sh(`ip link add ${name} type veth peer name eth0 netns ${holder.pid}; ip link set ${name} master br0 up`);
  const addresses = [`${ipv4Of(place)}/24`, `${ipv6Of(place)}/64`, ...more];
  const add = addresses.map(
    (address) => `addr add ${address} dev eth0${address.includes(":") ? " nodad" : ""}`,
  );
  const up = `sysctl -qw net.ipv6.conf.eth0.accept_dad=0; ip link set eth0 address ${macOf(place)} up`;
  inside(place, `${up}; ip -batch - <<'END'\n${add.join("\n")}\nEND`);
}

function entering({ holder }: Place): string[] {
  return ["-t", `${holder.pid}`, "-n", "-m"];
}

/** Runs a shell command in the place and gives what it prints. */
export function inside(place: Place, command: string): string {
  return execFileSync("nsenter", [...entering(place), "sh", "-c", command], { encoding: "utf8" });
}

export interface HardProgram extends Program {
  /** Resolves when it has ended. */
  ended: Promise<void>;
}

/** One of our programs in a place: JSON lines in both directions, answers in the order of the questions. */
export function start(
  place: Place,
  argv: readonly string[],
  onEvent: (event: Record<string, unknown>) => void = () => undefined,
): HardProgram {
  const child = spawn("nsenter", [...entering(place), process.execPath, ...argv], {
    stdio: ["pipe", "pipe", "inherit"],
    // A session of its own, as a service has: the kernel weighs sessions against each other.
    detached: true,
  });
  const waiting: { resolve(answer: Record<string, unknown>): void; reject(error: Error): void }[] = [];
  createInterface({ input: child.stdout }).on("line", (line) => {
    const message = JSON.parse(line) as Record<string, unknown>;
    if (message["event"] === undefined) waiting.shift()?.resolve(message);
    else onEvent(message);
  });
  child.stdin.on("error", () => undefined);
  child.once("close", () => {
    for (const { reject } of waiting.splice(0)) reject(new Error(`A program in ${place.name} has ended.`));
  });
  return {
    pid: child.pid ?? 0,
    ask: (request) =>
      new Promise((resolve, reject) => {
        waiting.push({ resolve, reject });
        child.stdin.write(`${JSON.stringify(request)}\n`);
      }),
    kill: (signal) => void child.kill(signal),
    ended: new Promise((resolve) => void child.once("close", () => resolve())),
  };
}
