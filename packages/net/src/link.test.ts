/** Both ends of the link over real sockets on loopback and over a local socket. */

import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test, vi } from "vitest";
import { WebSocket } from "ws";
import { createLinkClient } from "./link-client.ts";
import { createLinkServer } from "./link-server.ts";
import type { LinkClient, LinkConnection, LinkServer } from "./link-types.ts";

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

const quick = { backoffMs: 10, backoffMsMax: 40, pingPeriodMs: 30, silenceMsMax: 90, handshakeMs: 500 };

async function listen(where: { port: number; host: string } | { path: string }): Promise<Server> {
  const server = createServer((_request, response) => response.writeHead(404).end());
  await new Promise<void>((resolve) => server.listen(where, resolve));
  cleanUps.push(() => new Promise((resolve) => server.close(resolve)));
  return server;
}

interface ServerSide {
  link: LinkServer;
  connections: LinkConnection[];
  frames: string[];
  ends: { code: number; reason: string }[];
  port: number;
}

async function serve(options: { port?: number; connectionsMax?: number } = {}): Promise<ServerSide> {
  const http = await listen({ port: options.port ?? 0, host: "127.0.0.1" });
  const side: Omit<ServerSide, "link" | "port"> = { connections: [], frames: [], ends: [] };
  const link = createLinkServer({
    path: "/agent/link",
    timing: quick,
    ...(options.connectionsMax === undefined ? {} : { connectionsMax: options.connectionsMax }),
    onConnection(connection) {
      side.connections.push(connection);
      connection.onFrame = (text) => side.frames.push(text);
      connection.onClose = (code, reason) => side.ends.push({ code, reason });
    },
  });
  link.attach(http);
  cleanUps.push(() => link.close());
  return { ...side, link, port: (http.address() as AddressInfo).port };
}

interface ClientSide {
  client: LinkClient;
  frames: string[];
  reasons: string[];
  opened: number;
}

function dial(urls: string[], socketPath?: string): ClientSide {
  const side: Omit<ClientSide, "client"> = { frames: [], reasons: [], opened: 0 };
  const client = createLinkClient({
    urls,
    timing: quick,
    ...(socketPath === undefined ? {} : { socketPath }),
    onOpen: () => {
      full.opened += 1;
    },
    onFrame: (text) => side.frames.push(text),
    onClose: (reason) => side.reasons.push(reason),
  });
  const full: ClientSide = Object.assign(side, { client });
  cleanUps.push(() => client.close());
  return full;
}

const addressOf = (port: number): string => `ws://127.0.0.1:${port}/agent/link`;

test("frames go both ways, and each end is told once when the link ends", async () => {
  const server = await serve();
  const agent = dial([addressOf(server.port)]);
  await vi.waitFor(() => expect(agent.opened).toBe(1));
  expect(server.connections[0]?.remoteAddress).toBe("127.0.0.1");
  server.connections[0]?.send("challenge");
  agent.client.send("hello ü");
  await vi.waitFor(() => expect([agent.frames, server.frames]).toEqual([["challenge"], ["hello ü"]]));
  await agent.client.close();
  await vi.waitFor(() => expect(server.ends).toEqual([{ code: 1000, reason: "agent closes" }]));
  expect(agent.reasons).toEqual([]);
  expect(agent.client.send("late")).toBe(false);
});

test("the client dials the next controller, and comes back after a restart", async () => {
  const dead = await serve();
  await dead.link.close();
  const server = await serve();
  const agent = dial([`ws://127.0.0.1:${dead.port}/nowhere`, addressOf(server.port)]);
  await vi.waitFor(() => expect(agent.opened).toBe(1));
  expect(agent.client.url).toBe(addressOf(server.port));
  server.connections[0]?.close(1008, "signature does not match");
  await vi.waitFor(() => expect(agent.opened).toBe(2));
  expect(agent.reasons.some((reason) => reason.includes("1008 signature does not match"))).toBe(true);
});

test("a link over a local socket", async () => {
  const directory = mkdtempSync(join(tmpdir(), "bh-link-"));
  cleanUps.push(() => rmSync(directory, { recursive: true }));
  const path = join(directory, "controller.sock");
  const http = await listen({ path });
  const frames: string[] = [];
  const link = createLinkServer({
    path: "/agent/link",
    onConnection: (connection) => {
      connection.onFrame = (text) => frames.push(text);
    },
  });
  link.attach(http);
  cleanUps.push(() => link.close());
  const agent = dial(["ws://controller/agent/link"], path);
  await vi.waitFor(() => expect(agent.opened).toBe(1));
  agent.client.send("through the file");
  await vi.waitFor(() => expect(frames).toEqual(["through the file"]));
});

test("a frame above 1 MiB closes the link on the receiving end", async () => {
  const server = await serve();
  const agent = dial([addressOf(server.port)]);
  await vi.waitFor(() => expect(agent.opened).toBe(1));
  agent.client.send("x".repeat(1024 * 1024 + 1));
  await vi.waitFor(() => expect(server.ends[0]?.code).toBe(1006));
  expect(server.frames).toEqual([]);
});

test("a binary frame closes the link with 1003", async () => {
  const server = await serve();
  const socket = new WebSocket(addressOf(server.port));
  cleanUps.push(() => socket.terminate());
  await new Promise((resolve) => socket.once("open", resolve));
  socket.send(Buffer.from([1, 2]), { binary: true });
  await vi.waitFor(() => expect(server.ends[0]?.code).toBe(1003));
});

test("the server cuts a peer that went silent, and other paths are not its business", async () => {
  const server = await serve();
  const raw = connect(server.port, "127.0.0.1");
  cleanUps.push(() => raw.destroy());
  // A peer that opened the link and then lost its power: the socket stays, nothing comes any more.
  raw.write(
    "GET /agent/link HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" +
      "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
  );
  await vi.waitFor(() => expect(server.connections).toHaveLength(1));
  await vi.waitFor(() => expect(server.ends).toHaveLength(1), 30_000);
  expect(server.link.connectionCount).toBe(0);
});

test("a full server says so and the client keeps trying", async () => {
  const server = await serve({ connectionsMax: 0 });
  const agent = dial([addressOf(server.port)]);
  await vi.waitFor(() => expect(agent.reasons.length).toBeGreaterThan(1));
  expect(agent.reasons[0]).toContain("503");
});

test("addresses that are no WebSocket addresses are refused at once", () => {
  const rest = { onOpen() {}, onFrame() {}, onClose() {} };
  expect(() => createLinkClient({ urls: [], ...rest })).toThrow("at least one");
  expect(() => createLinkClient({ urls: ["http://x/agent/link"], ...rest })).toThrow("no ws:// or wss://");
});
