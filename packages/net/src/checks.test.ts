/** Checks against real servers on loopback, on whatever port is free. */
import { createServer as createHttpServer } from "node:http";
import { type AddressInfo, createServer, type Server } from "node:net";
import { afterEach, expect, test } from "vitest";
import { checkHttp, checkTcp, type HttpExpectation } from "./checks.ts";
import { startTextServer } from "./text-server.ts";

const servers: Server[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await new Promise((resolve) => server.close(resolve));
});

async function listening<Kind extends Server>(server: Kind): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", () => resolve()));
  servers.push(server);
  return (server.address() as AddressInfo).port;
}

const at = (port: number, timeoutMs = 5_000) => ({ address: "127.0.0.1", port, timeoutMs });
const expected: HttpExpectation = {
  path: "/healthz",
  host: null,
  statusMin: 200,
  statusMax: 399,
  bodyContains: null,
};

test("an accepted connection is good, a refused one says so", async () => {
  const port = await listening(createServer());
  expect(await checkTcp(at(port))).toEqual({ ok: true, text: "connection accepted", refused: false });
  await new Promise((resolve) => servers.pop()?.close(resolve));
  expect(await checkTcp(at(port))).toEqual({ ok: false, text: "connection refused", refused: true });
});

test("an address that is not here is not looked for elsewhere", async () => {
  const port = await listening(createServer());
  const outcome = await checkTcp({ ...at(port), localAddress: "198.51.100.7" });
  expect(outcome).toMatchObject({ ok: false, text: "the address is not on this host" });
});

test("status and content of an HTTP answer are judged", async () => {
  const port = await listening(
    createHttpServer((request, response) => {
      response.statusCode = request.url === "/healthz" ? 200 : 503;
      response.end(`all is well, says ${request.headers.host}`);
    }),
  );
  expect(await checkHttp(at(port), expected)).toMatchObject({ ok: true, text: "status 200" });
  expect(await checkHttp(at(port), { ...expected, host: "shop", bodyContains: "says shop" })).toMatchObject({
    ok: true,
  });
  expect(await checkHttp(at(port), { ...expected, path: "/other" })).toMatchObject({
    ok: false,
    text: "status 503, expected 200-399",
  });
  expect(await checkHttp(at(port), { ...expected, bodyContains: "ill" })).toMatchObject({ ok: false });
});

test("a server that accepts and never answers fails in time", async () => {
  const silent = createServer((socket) => socket.on("error", () => undefined).resume());
  const port = await listening(silent);
  expect(await checkHttp(at(port, 100), expected)).toMatchObject({
    ok: false,
    text: "no answer within 100 ms",
  });
});

test("a text server answers GET of its one path, and nothing else", async () => {
  const server = await startTextServer({
    address: "127.0.0.1",
    port: 0,
    path: "/metrics",
    contentType: "text/plain",
    read: async () => "up 1\n",
  });
  const ask = (path: string, method = "GET") => fetch(`http://127.0.0.1:${server.port}${path}`, { method });
  expect(await (await ask("/metrics")).text()).toBe("up 1\n");
  expect((await ask("/")).status).toBe(404);
  expect((await ask("/metrics", "POST")).status).toBe(405);
  const taken = { address: "127.0.0.1", port: server.port, path: "/", contentType: "", read: async () => "" };
  await expect(startTextServer(taken)).rejects.toThrow("EADDRINUSE");
  await server.close();
});
