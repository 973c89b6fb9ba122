/** A client of the cluster: dials, keeps connections open, sends datagrams, and says who answered. */
import dgram from "node:dgram";
import net from "node:net";
import { serveCommands } from "./commands.ts";

interface Held {
  socket: net.Socket;
  owner: string;
}

let held: Held[] = [];

/** How often each name answered. */
function tally(names: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}

function dial(address: string, port: number, limitMs: number): Promise<Held | string> {
  return new Promise((resolve) => {
    const socket = net.connect(port, address);
    const limit = setTimeout(() => (socket.destroy(), resolve("no answer")), limitMs);
    const end = (result: Held | string): void => {
      clearTimeout(limit);
      resolve(result);
    };
    socket.once("data", (data) => end({ socket, owner: data.toString().trim() }));
    socket.once("error", (error: NodeJS.ErrnoException) => end(error.code ?? error.message));
  });
}

/** Whether the other end still answers, and is who it was. */
function isAlive({ socket, owner }: Held): Promise<boolean> {
  return new Promise((resolve) => {
    if (socket.destroyed) return resolve(false);
    const limit = setTimeout(() => resolve(false), 3_000);
    const end = (result: boolean): void => {
      clearTimeout(limit);
      resolve(result);
    };
    socket.once("data", (data) => end(data.toString().trim() === owner));
    socket.once("error", () => end(false));
    socket.once("close", () => end(false));
    socket.write("?");
  });
}

function ask(address: string, port: number, payload: Buffer): Promise<string> {
  return new Promise((resolve) => {
    const socket = dgram.createSocket(address.includes(":") ? "udp6" : "udp4");
    const end = (result: string): void => {
      clearTimeout(limit);
      socket.close();
      resolve(result);
    };
    const limit = setTimeout(() => end("no answer"), 1_000);
    socket.on("error", (error) => end(error.message));
    socket.once("message", (message) => end(message.toString()));
    socket.send(payload, port, address);
  });
}

serveCommands({
  dial: async (
    address: string,
    port: number,
    { count, limitMs = 2_000 }: { count: number; limitMs?: number },
  ) => {
    const results = await Promise.all(Array.from({ length: count }, () => dial(address, port, limitMs)));
    for (const result of results) if (typeof result !== "string") result.socket.resetAndDestroy();
    return tally(results.map((result) => (typeof result === "string" ? result : result.owner)));
  },
  /** Who answered each connection, and from which port it came. */
  dialEach: async (address: string, port: number, count: number) => {
    const results = await Promise.all(Array.from({ length: count }, () => dial(address, port, 2_000)));
    return results.map((result) => {
      if (typeof result === "string") return { owner: result, port: 0 };
      const from = result.socket.localPort;
      result.socket.resetAndDestroy();
      return { owner: result.owner, port: from };
    });
  },
  hold: async (address: string, port: number, count: number) => {
    const results = await Promise.all(Array.from({ length: count }, () => dial(address, port, 3_000)));
    held.push(...results.filter((result) => typeof result !== "string"));
    return tally(held.map(({ owner }) => owner));
  },
  heldAlive: async () => (await Promise.all(held.map(isAlive))).filter(Boolean).length,
  drop: () => {
    // With a reset: a FIN that nobody answers would be repeated into later tests.
    for (const { socket } of held) socket.resetAndDestroy();
    held = [];
  },
  ask: async (address: string, port: number, options: { size: number; count: number; fill?: string }) => {
    const payload = Buffer.alloc(options.size, options.fill ?? "00", "hex");
    const names: string[] = [];
    for (let round = 0; round < options.count; round += 1) names.push(await ask(address, port, payload));
    return tally(names);
  },
});
