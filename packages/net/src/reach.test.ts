/** Looks at real sockets of this machine. */
import { createServer } from "node:net";
import { expect, it } from "vitest";
import { nudge, tryConnect } from "./reach.ts";

it("tells a service from a machine without it", async () => {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address() as { port: number };
  expect(await tryConnect({ address: "127.0.0.1", port }, 1000)).toBe("taken");
  await new Promise((resolve) => server.close(resolve));
  expect(await tryConnect({ address: "127.0.0.1", port }, 1000)).toBe("refused");
});

it("nudges without an error, whoever is there", async () => {
  await expect(nudge("127.0.0.1")).resolves.toBeUndefined();
  await expect(nudge("no address")).resolves.toBeUndefined();
});
