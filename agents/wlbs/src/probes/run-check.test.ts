/** Where a check asks, with real sockets on loopback: 127.0.0.1 stands for the dedicated IP, 127.0.0.2 for the virtual. */
import { type AddressInfo, createServer, type Server } from "node:net";
import { afterEach, expect, test } from "vitest";
import { runCheck } from "./run-check.ts";

const servers: Server[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await new Promise((resolve) => server.close(resolve));
});

async function listenOn(address: string): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, address, () => resolve()));
  servers.push(server);
  return (server.address() as AddressInfo).port;
}

const place = { rule: "web", dedicatedIp: "127.0.0.1", vip: "127.0.0.2", timeoutMs: 5_000 };

test.each(["127.0.0.1", "127.0.0.2", "0.0.0.0"])("a service that listens on %s is found", async (address) => {
  const port = await listenOn(address);
  expect(await runCheck({ kind: "tcp", port }, place)).toMatchObject({ ok: true });
});

test("a virtual IP that is not on this host is not asked elsewhere: the refusal stands", async () => {
  const port = await listenOn("127.0.0.2");
  const outcome = await runCheck({ kind: "tcp", port }, { ...place, vip: "198.51.100.7" });
  expect(outcome).toMatchObject({ ok: false, text: "connection refused" });
});

test("a script is asked with the name of its rule", async () => {
  const script = {
    kind: "script" as const,
    command: "/bin/sh",
    args: ["-c", 'echo "rule $BULKHEAD_RULE"; exit 1'],
  };
  expect(await runCheck(script, place)).toEqual({ ok: false, text: "rule web", refused: false });
  expect(await runCheck({ ...script, args: ["-c", "true"] }, place)).toMatchObject({ ok: true });
});
