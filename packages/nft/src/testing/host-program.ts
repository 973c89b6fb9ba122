/** A WLBS host without an agent: an engine, and services that answer with the host's name (TCP 80, 443; UDP 53). */
import dgram from "node:dgram";
import net from "node:net";
import type { DataPlane } from "@bulkhead/core/wlbs";
import { NftEngine } from "../engine.ts";
import { serveCommands } from "./commands.ts";

const name = process.argv[2] ?? "host";
const engine = new NftEngine();

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
  dial: (address: string, port: number) =>
    new Promise((resolve) => {
      const socket = net.connect(port, address);
      socket.once("data", (data) => (socket.destroy(), resolve(data.toString().trim())));
      socket.once("error", (error) => resolve(error.message));
    }),
});
