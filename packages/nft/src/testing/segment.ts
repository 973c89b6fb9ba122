/**
 * A real Ethernet segment on one machine: network namespaces with one card each, joined by a bridge. Programs run inside
 * and answer commands, one JSON document a line. Names carry the process id, so that runs do not meet.
 */
import { type ChildProcessWithoutNullStreams, execFileSync, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const prefix = `bhn${process.pid}`;
let segments = 0;

/** Whether this machine lets us build one. */
export function canBuildSegments(): boolean {
  try {
    execFileSync("ip", ["netns", "add", `${prefix}try`], { stdio: "ignore" });
    execFileSync("ip", ["netns", "del", `${prefix}try`], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

export class Place {
  readonly name: string;
  readonly number: number;
  readonly #namespace: string;
  #child: ChildProcessWithoutNullStreams | null = null;
  #answers: { resolve(value: unknown): void; reject(error: Error): void }[] = [];

  constructor(name: string, number: number, namespace: string) {
    this.name = name;
    this.number = number;
    this.#namespace = namespace;
  }

  get mac(): string {
    return `02:00:00:00:00:${this.number.toString(16).padStart(2, "0")}`;
  }

  get ipv4(): string {
    return `10.9.0.${this.number}`;
  }

  get ipv6(): string {
    return `fd09::${this.number.toString(16)}`;
  }

  /** Runs a shell command inside; what it printed. */
  sh(command: string): string {
    const args = ["netns", "exec", this.#namespace, "sh", "-c", command];
    return execFileSync("ip", args, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
  }

  /** Starts the program `testing/NAME.ts` inside. */
  run(program: string): void {
    const path = fileURLToPath(new URL(`${program}.ts`, import.meta.url));
    const child = spawn("ip", ["netns", "exec", this.#namespace, process.execPath, path, this.name]);
    this.#child = child;
    createInterface({ input: child.stdout }).on("line", (line) => this.#hear(line));
    child.stderr
      .setEncoding("utf8")
      .on("data", (text: string) => process.stderr.write(`${this.name}: ${text}`));
    child.on("close", () => {
      // The next program may be running already.
      if (this.#child !== null && this.#child !== child) return;
      this.#child = null;
      this.#fail(`${this.name} has ended`);
    });
  }

  /** Sends a command to the program and waits for its answer. */
  async ask<Answer>(command: string, ...args: unknown[]): Promise<Answer> {
    const child = this.#child;
    if (!child) throw new Error(`no program runs on ${this.name}`);
    const answer = await new Promise<unknown>((resolve, reject) => {
      this.#answers.push({ resolve, reject });
      child.stdin.write(`${JSON.stringify([command, ...args])}\n`);
    });
    return answer as Answer;
  }

  /** Ends the program without a word. */
  kill(): void {
    this.#child?.kill("SIGKILL");
    this.#child = null;
  }

  #hear(line: string): void {
    const { result, error } = JSON.parse(line) as { result?: unknown; error?: string };
    const waiting = this.#answers.shift();
    if (error === undefined) waiting?.resolve(result);
    else waiting?.reject(new Error(error));
  }

  #fail(cause: string): void {
    for (const { reject } of this.#answers.splice(0)) reject(new Error(cause));
  }
}

export class Segment {
  readonly #bridge: string;
  readonly places: Place[] = [];

  constructor() {
    segments += 1;
    this.#bridge = `${prefix}s${segments}`;
    execFileSync("ip", ["netns", "add", this.#bridge]);
    // Floods what it does not know, as a switch does; snooping by IP would look past frames to a multicast MAC.
    this.sw("ip link add name sw0 type bridge mcast_snooping 0 && ip link set sw0 up");
  }

  /** Runs a shell command on the switch. */
  sw(command: string): string {
    return execFileSync("ip", ["netns", "exec", this.#bridge, "sh", "-c", command], { encoding: "utf8" });
  }

  /** A machine with `eth0` on the segment; its port on the switch has the machine's name. */
  add(name: string): Place {
    const number = this.places.length + 1;
    const namespace = `${this.#bridge}${name}`;
    const place = new Place(name, number, namespace);
    execFileSync("ip", ["netns", "add", namespace]);
    this.places.push(place);
    this.plug(place);
    return place;
  }

  /** Gives a machine its card and connects it. */
  plug(place: Place): void {
    const { name } = place;
    this.sw(
      `ip link add name ${name} type veth peer name eth0 netns ${this.#bridge}${name} && ip link set ${name} master sw0 && ip link set ${name} up`,
    );
    place.sh(
      `sysctl -qw net.ipv6.conf.eth0.accept_dad=0; ip link set lo up; ip link set eth0 address ${place.mac}; ip link set eth0 up; ` +
        `ip addr add ${place.ipv4}/24 dev eth0; ip addr add ${place.ipv6}/64 dev eth0 nodad`,
    );
  }

  remove(): void {
    for (const place of this.places) place.kill();
    for (const name of [...this.places.map((place) => `${this.#bridge}${place.name}`), this.#bridge]) {
      execFileSync("ip", ["netns", "del", name]);
    }
  }
}

/**
 * Sends one IP packet from a place: Node has no raw sockets, Perl is on every Debian. `payload`: hex digits behind the IP header.
 */
export function sendRaw(place: Place, to: string, packet: { protocol: number; payload: string }): void {
  const isIpv6 = to.includes(":");
  const family = isIpv6 ? "PF_INET6" : "PF_INET";
  const address = isIpv6
    ? `sockaddr_in6(0, inet_pton(AF_INET6, "${to}"))`
    : `sockaddr_in(0, inet_aton("${to}"))`;
  const program = `socket(S, ${family}, SOCK_RAW, ${packet.protocol}) or die $!; send(S, pack("H*", "${packet.payload}"), 0, ${address}) or die $!;`;
  place.sh(`perl -MSocket=:all -e '${program}'`);
}

/** ICMP echo request with a right checksum; the kernel fills in that of ICMPv6. */
export const echoRequest = {
  ipv4: { protocol: 1, payload: "0800f7fd00010001" },
  ipv6: { protocol: 58, payload: "8000000000010001" },
};

/** Waits until `holds`; fails after the limit, saying what was waited for. */
export async function until(
  what: string,
  holds: () => boolean | Promise<boolean>,
  limitMs = 15_000,
): Promise<void> {
  for (const end = performance.now() + limitMs; ; ) {
    if (await holds()) return;
    if (performance.now() > end) throw new Error(`waited in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
}

/** How many packets of those that `deed` sends in each host lets through. `match`: which are counted, in nft's words. */
export async function accepted(hosts: readonly Place[], match: string, deed: () => void): Promise<number[]> {
  const watch = [
    `add table netdev watch; add chain netdev watch in { type filter hook ingress device eth0 priority -10; }`,
    `add rule netdev watch in ${match} counter`,
    `add table inet watch; add chain inet watch pre { type filter hook prerouting priority -160; }`,
    `add rule inet watch pre ${match} counter`,
  ];
  for (const host of hosts) host.sh(`nft '${watch.join("; ")}'`);
  deed();
  const counted = (host: Place, family: string): number =>
    Number(/packets (\d+)/.exec(host.sh(`nft list table ${family} watch`))?.[1]);
  await until("all hosts to see the packet", () => hosts.every((host) => counted(host, "netdev") > 0));
  const taken = hosts.map((host) => counted(host, "inet"));
  for (const host of hosts) host.sh("nft 'delete table netdev watch; delete table inet watch'");
  return taken;
}
