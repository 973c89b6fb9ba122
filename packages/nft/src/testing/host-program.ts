/** A WLBS host without an agent: an engine, and services that answer with the host's name (TCP 80, 443; UDP 53). */

import { execFileSync } from "node:child_process";
import dgram from "node:dgram";
import net from "node:net";
import type { DataPlane } from "@bulkhead/core/wlbs";
import { openLoopback } from "@bulkhead/net";
import { NftEngine } from "../engine.ts";
import { InteractiveNft } from "../nft-shell.ts";
import { readLeaseLeftMs } from "../readings.ts";
import { renewalPacket } from "../ruleset/renewals.ts";
import { serveCommands } from "./commands.ts";

const name = process.argv[2] ?? "host";
const shell = new InteractiveNft(1_000);
/** Renewals that nft was asked for. */
let renewalsByNft = 0;
const countingShell = {
  request: (lines: readonly string[]) => {
    if (lines.some((line) => line.includes(" leased "))) renewalsByNft += 1;
    return shell.request(lines);
  },
  close: () => shell.close(),
};
/** How the engine renews: by packets, or all through nft. */
let way: "packets" | "nft" = "packets";
const newEngine = (): NftEngine =>
  new NftEngine({ shell: countingShell, openLoopback: way === "packets" ? openLoopback : null });
let engine = newEngine();

/** Marks travel as plain lists. */
function planeOf(text: DataPlane): DataPlane {
  const tables = text.tables.map((table) => ({
    ...table,
    marks: Uint8Array.from(Object.values(table.marks)),
    owners: table.owners && Uint8Array.from(Object.values(table.owners)),
  }));
  return { ...text, tables };
}

for (const port of [80, 443]) {
  net
    .createServer((socket) => {
      socket.on("error", () => undefined).on("data", () => socket.write(`${name}\n`));
      socket.write(`${name}\n`);
    })
    .listen(port, "::");
}
/** Answers must come from the VIP: a socket that is bound to it, as soon as it is there. */
function answerDatagrams(vip: string): void {
  const socket = dgram.createSocket(vip.includes(":") ? "udp6" : "udp4");
  socket.on("error", () => socket.close());
  socket.on("message", (_, from) => socket.send(name, from.port, from.address));
  socket.bind(53, vip);
}

/** When the kernel ends the lease, or a little earlier: a reading is younger than the question for it. */
function leaseEnd(): number {
  for (let endsAt = 0; ; ) {
    const askedAt = performance.now();
    const list = ["list", "set", "netdev", "bulkhead", "leased"];
    const leftMs = readLeaseLeftMs(execFileSync("nft", list, { encoding: "utf8" }));
    if (leftMs === 0) return endsAt;
    endsAt = Math.max(endsAt, askedAt + leftMs);
  }
}

serveCommands({
  answerDatagrams: (vips: string[]) => vips.forEach(answerDatagrams),
  set: (plane: DataPlane | null, leaseMs: number) => {
    const endsAt = performance.now() + leaseMs;
    return engine.set(plane && planeOf(plane), () => endsAt - performance.now());
  },
  renew: (leaseMs: number) => {
    const endsAt = performance.now() + leaseMs;
    return engine.renew(() => endsAt - performance.now());
  },
  /** How long renewals and changes take, ms each. */
  measure: async (planes: DataPlane[], renewals: number) => {
    const ready = planes.map(planeOf);
    const began = performance.now();
    for (let round = 0; round < renewals; round += 1) await engine.renew(() => 60_000);
    const renewMs = (performance.now() - began) / renewals;
    const setMs: number[] = [];
    for (const plane of ready) {
      const start = performance.now();
      await engine.set(plane, () => 60_000);
      setMs.push(performance.now() - start);
    }
    const reading = performance.now();
    for (let round = 0; round < 10; round += 1) await engine.counters();
    return { renewMs, setMs, countersMs: (performance.now() - reading) / 10 };
  },
  /** How much earlier than promised the kernel ends a lease of so many ms. */
  leaseEndsEarlyMs: async (leaseMs: number) => {
    const endsAt = performance.now() + leaseMs;
    await engine.renew(() => endsAt - performance.now());
    return endsAt - leaseEnd();
  },
  /** A renewal during which this process was stopped says nothing about how slow the kernel is. */
  renewAfterSleep: async () => {
    let asked = 0;
    await engine.renew(() => (++asked === 1 ? 5_000 : 2_000));
    return engine.renew(() => 500);
  },
  renewBeside: async (plane: DataPlane) => {
    const set = engine.set(planeOf(plane), () => 5_000);
    const renewed = await Promise.all(Array.from({ length: 20 }, () => engine.renew(() => 5_000)));
    await set;
    return renewed;
  },
  /** Signals the running nft that renews the lease. */
  signalNft: (signal: NodeJS.Signals) => {
    // Pid 0 would mean our own process group.
    if (shell.pid === undefined) throw new Error("no nft is running");
    process.kill(shell.pid, signal);
  },
  /** Another process of ours that knows nothing of the first. */
  restart: (newWay: typeof way = "packets") => {
    way = newWay;
    engine.close();
    engine = newEngine();
  },
  /** A renewal by somebody who knows all but the secret; resolves once it has been on loopback. */
  forge: (port: number, ms: number) =>
    new Promise((resolve) => {
      const socket = dgram.createSocket("udp4");
      socket.send(renewalPacket({ port, secret: "00".repeat(8) }, ms, 1), port, "127.0.0.1", () =>
        socket.close(() => resolve(true)),
      );
    }),
  renewalsByNft: () => renewalsByNft,
  counters: () => engine.counters(),
  connections: () => engine.connections(),
  /** A datagram to the heartbeat group from the dedicated IP, as the agent sends its probes. */
  probe: (group: string, port: number, from: string) =>
    new Promise((resolve) => {
      const socket = dgram.createSocket("udp4");
      socket.bind(0, from, () => {
        socket.setMulticastInterface(from);
        socket.send("probe", port, group, () => socket.close(() => resolve(true)));
      });
    }),
  /** What a datagram from the VIP to a closed port comes to. */
  refused: (vip: string, address: string) =>
    new Promise((resolve) => {
      const socket = dgram.createSocket(vip.includes(":") ? "udp6" : "udp4");
      const end = (result: string): void => {
        clearTimeout(limit);
        socket.close();
        resolve(result);
      };
      const limit = setTimeout(() => end("no answer"), 2_000);
      socket.on("error", (error: NodeJS.ErrnoException) => end(error.code ?? error.message));
      socket.bind(0, vip, () => socket.connect(9, address, () => socket.send("x")));
    }),
  dial: (address: string, port: number) =>
    new Promise((resolve) => {
      const socket = net.connect(port, address);
      socket.once("data", (data) => (socket.destroy(), resolve(data.toString().trim())));
      socket.once("error", (error) => resolve(error.message));
    }),
});
