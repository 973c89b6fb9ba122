/**
 * Program of the proof: a client with many addresses. Keeps connections open, asks them who answers, and probes
 * with short connections at an even pace.
 */
import { createSocket } from "node:dgram";
import { connect, type Socket } from "node:net";
import { createInterface } from "node:readline";
import { sharedMs } from "./tree.ts";

const [vip = "", sourceText = ""] = process.argv.slice(2);
const sources = sourceText.split(",");

interface Held {
  address: string;
  port: number;
  host: string;
  socket: Socket;
}

interface Probe {
  /** Shared clock, ms: when the connection was asked for, and who answered (null: nobody in time). */
  at: number;
  host: string | null;
}

const held = new Map<string, Held[]>();
let probes: Probe[] = [];
let probing: Promise<void>[] = [];
let isProbing = false;

/** What must be answered may take that long on a machine that has no time: TCP asks again after 1, 2, 4, 8 s. */
const patienceMs = 30_000;
const askAgainMs = 300;

function question(socket: Socket, limitMs: number): Promise<string | null> {
  return new Promise((resolve) => {
    const done = (answer: string | null): void => {
      clearTimeout(limit);
      socket.off("data", onData);
      socket.off("error", onEnd);
      socket.off("close", onEnd);
      resolve(answer);
    };
    const limit = setTimeout(() => done(null), limitMs);
    const onData = (bytes: Buffer): void => done(bytes.toString("utf8").trim());
    const onEnd = (): void => done(null);
    socket.on("data", onData).on("error", onEnd).on("close", onEnd);
    socket.write("who\n");
  });
}

async function hold(name: string, port: number, count: number): Promise<unknown> {
  const opening = Array.from({ length: count }, async (_, index): Promise<Held> => {
    const address = sources[index % sources.length] ?? "";
    const socket = connect({ host: vip, port, localAddress: address });
    socket.on("error", () => undefined);
    const host = await question(socket, patienceMs);
    return { address, port: socket.localPort ?? 0, host: host ?? "nobody", socket };
  });
  const opened = await Promise.all(opening);
  held.set(name, opened);
  return { connections: opened.map(({ address, port: local, host }) => ({ address, port: local, host })) };
}

/** How many of the held connections still work, and on the same host as before. */
async function check(name: string): Promise<unknown> {
  const connections = held.get(name) ?? [];
  const answers = await Promise.all(connections.map(({ socket }) => question(socket, patienceMs)));
  return {
    alive: answers.filter((host) => host !== null).length,
    same: answers.filter((host, index) => host === connections[index]?.host).length,
    of: connections.length,
  };
}

async function drop(name: string, host: string | null): Promise<unknown> {
  const all = held.get(name) ?? [];
  const going = all.filter((one) => host === null || one.host === host);
  held.set(
    name,
    all.filter((one) => !going.includes(one)),
  );
  await Promise.all(
    going.map(
      ({ socket }) => new Promise<void>((resolve) => void socket.once("close", () => resolve()).end()),
    ),
  );
  return { dropped: going.length };
}

/** For connections whose host is gone: nobody will answer the farewell. */
function dropSilently(name: string, host: string): unknown {
  const all = held.get(name) ?? [];
  const going = all.filter((one) => one.host === host);
  for (const { socket } of going) socket.destroy();
  held.set(
    name,
    all.filter((one) => !going.includes(one)),
  );
  return { dropped: going.length };
}

async function probe(port: number, everyMs: number, limitMs: number): Promise<void> {
  isProbing = true;
  for (let index = 0; isProbing; index += 1) {
    probing.push(probeOnce(port, sources[index % sources.length] ?? "", limitMs));
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
}

async function probeOnce(port: number, localAddress: string, limitMs: number): Promise<void> {
  const at = sharedMs();
  const socket = connect({ host: vip, port, localAddress });
  const host = await question(socket, limitMs);
  // Without RST-like endings: a destroyed socket would leave the server guessing.
  if (host === null) socket.destroy();
  else socket.end();
  probes.push({ at, host });
}

/**
 * Asks five times from every address and, since datagrams get lost, again until five answers are there. Every
 * datagram has its own number, which the answer repeats: `twice` counts those that were answered more than once.
 */
async function datagrams(port: number, bytes: number): Promise<unknown> {
  const answers = sources.map(async (address) => {
    const socket = createSocket("udp4");
    const hosts: string[] = [];
    const numbers = new Set<string>();
    socket.on("message", (text) => {
      const [number = "", host = ""] = text.toString("utf8").split(" ");
      numbers.add(number);
      hosts.push(host);
    });
    await new Promise<void>((resolve) => socket.bind(0, address, resolve));
    const local = socket.address().port;
    const began = sharedMs();
    for (let sent = 0; hosts.length < 5 && sharedMs() - began < patienceMs; sent += 5) {
      for (let number = sent; number < sent + 5; number += 1) {
        const text = Buffer.alloc(bytes);
        text.write(`${number}`);
        socket.send(text, port, vip);
      }
      const again = sharedMs() + askAgainMs;
      while (hosts.length < 5 && sharedMs() < again) await new Promise((resolve) => setTimeout(resolve, 5));
    }
    // A second answer to one question would come at once: everybody is on the same switch.
    await new Promise((resolve) => setTimeout(resolve, 50));
    await new Promise<void>((resolve) => socket.close(() => resolve()));
    return { address, port: local, hosts, twice: hosts.length - numbers.size };
  });
  return { answers: await Promise.all(answers) };
}

async function answer(question: Record<string, unknown>): Promise<unknown> {
  const { verb, name, port, host } = question as { verb: string; name: string; port: number; host?: string };
  if (verb === "hold") return hold(name, port, Number(question["count"]));
  if (verb === "check") return check(name);
  if (verb === "drop") return drop(name, host ?? null);
  if (verb === "drop-silently") return dropSilently(name, host ?? "");
  if (verb === "datagrams") return datagrams(port, Number(question["bytes"] ?? 10));
  if (verb === "probe") {
    probes = [];
    probing = [];
    void probe(port, 10, 150);
    return {};
  }
  isProbing = false;
  await Promise.all(probing);
  return { probes };
}

createInterface({ input: process.stdin }).on("line", (line) => {
  void answer(JSON.parse(line) as Record<string, unknown>).then((result) =>
    process.stdout.write(`${JSON.stringify(result)}\n`),
  );
});
