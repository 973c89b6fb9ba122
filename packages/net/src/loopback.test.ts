/** What the loopback socket says comes back, and nobody else is heard. */
import { createSocket } from "node:dgram";
import { expect, test } from "vitest";
import { openLoopback } from "./loopback.ts";

test("it hears itself and nobody else", async () => {
  const heard: string[] = [];
  const loopback = await openLoopback((bytes) => void heard.push(Buffer.from(bytes).toString()));
  const stranger = createSocket("udp4");
  await new Promise<void>((resolve) => {
    stranger.send("stranger", loopback.port, "127.0.0.1", () => resolve());
  });
  loopback.send(Buffer.from("one"));
  loopback.send(Buffer.from("two"));
  await expect.poll(() => heard).toEqual(["one", "two"]);
  stranger.close();
  loopback.close();
});
