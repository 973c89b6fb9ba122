/**
 * Program of `beats.lab.test.ts`: two hosts with one cable, each a network namespace of its own. The first process
 * starts the second with the argument `peer`; they talk by heartbeats only, as hosts do.
 */
import { execFileSync, spawn } from "node:child_process";
import { createSocket } from "node:dgram";
import { type BeatTransport, openBeats } from "../beats.ts";

const sh = (command: string): string => execFileSync("sh", ["-c", command], { encoding: "utf8" });
const until = async (what: string, holds: () => boolean): Promise<void> => {
  for (const end = performance.now() + 60_000; !holds(); ) {
    if (performance.now() > end) throw new Error(`no ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
};

interface Host {
  heard: string[];
  broken: string[];
  open(group: string): Promise<BeatTransport>;
}

function hostAt(address: string): Host {
  const heard: string[] = [];
  const broken: string[] = [];
  const open = (group: string): Promise<BeatTransport> =>
    openBeats({
      group,
      port: 7719,
      address,
      onDatagram: (bytes, from) => heard.push(`${from} ${Buffer.from(bytes).toString()}`),
      onBroken: (reason) => broken.push(reason),
    });
  return { heard, broken, open };
}

const group = "239.255.77.1";
if (process.argv[2] === "peer") await peer();
else await main();

/** Answers the first beat, and before it speaks on another group and by unicast, which must not be heard. */
async function peer(): Promise<void> {
  process.stdout.write("here\n");
  await new Promise((resolve) => process.stdin.once("data", resolve));
  const host = hostAt("10.0.0.2");
  const beats = await host.open(group);
  const elsewhere = await host.open("239.255.77.2");
  const stranger = createSocket("udp4");
  process.stdout.write("open\n");
  await until("beat", () => host.heard.length > 0);
  elsewhere.send(Buffer.from("other group"));
  await new Promise<void>((resolve) => stranger.send("stray", 7719, "10.0.0.1", () => resolve()));
  beats.send(Buffer.from("two"));
  await until("farewell", () => host.heard.length > 1);
  process.stdout.write(`${JSON.stringify(host.heard)}\n`);
  process.exit(0);
}

async function main(): Promise<void> {
  const child = spawn("unshare", ["-n", process.execPath, process.argv[1] ?? "", "peer"], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  let told = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    told += text;
  });
  await until("peer", () => told.includes("here"));
  sh(`ip link set lo up; ip link add eth0 type veth peer name eth0 netns ${child.pid}`);
  sh("ip addr add 10.0.0.1/24 dev eth0; ip link set eth0 up");
  sh(`nsenter -t ${child.pid} -n sh -c 'ip addr add 10.0.0.2/24 dev eth0; ip link set eth0 up'`);
  // Until the kernel has noticed the carrier it drops what is sent.
  const look = ["ip -o link show eth0", `nsenter -t ${child.pid} -n ip -o link show eth0`];
  await until("cable", () => look.every((command) => sh(command).includes("state UP")));
  const host = hostAt("10.0.0.1");
  const beats = await host.open(group);
  const second = await host.open(group);
  child.stdin.write("go\n");
  await until("open peer", () => told.includes("open"));
  beats.send(Buffer.from("one"));
  await until("answer", () => host.heard.length > 1);
  // Sent and closed at once: the farewell of a host that leaves must still go out.
  beats.send(Buffer.from("farewell"));
  await beats.close();
  await until("end of the peer", () => child.exitCode !== null);
  // The cable ends with the namespace at its other end.
  await until("loss of the cable", () => !sh("ip -o link").includes("eth0"));
  second.send(Buffer.from("nobody"));
  await until("notice of the loss", () => host.broken.length > 0);
  process.stdout.write(
    `${JSON.stringify({ here: host.heard, there: JSON.parse(told.trim().split("\n").at(-1) ?? "") as unknown })}\n`,
  );
  process.exit(0);
}
