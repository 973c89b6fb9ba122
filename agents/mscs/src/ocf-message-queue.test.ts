/** The agent `ocf:bulkhead:message-queue` with a real Mosquitto on a directory of its own. */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { parseXml } from "@bulkhead/pacemaker";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runOcf } from "./testing/ocf.ts";

const canRun = process.getuid?.() === 0 && existsSync("/usr/sbin/mosquitto");

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
    });
  });
}

describe.skipIf(!canRun)("ocf:bulkhead:message-queue with mosquitto", () => {
  const home = mkdtempSync("/var/tmp/bulkhead-ocf-");
  const data = join(home, "data");
  const run = `/run/bulkhead-message-queue/test-message-queue-${process.pid}`;
  let parameters: Record<string, string> = {};
  const act = (action: string, change: Record<string, string> = {}, level?: number) =>
    runOcf("message-queue", action, {
      parameters: { ...parameters, ...change },
      ...(level === undefined ? {} : { level }),
    });
  const pid = () => Number(readFileSync(join(run, "pid"), "utf8"));

  beforeAll(async () => {
    parameters = { broker: "mosquitto", data_directory: data, port: String(await freePort()) };
    execFileSync("chmod", ["755", home]);
    mkdirSync(join(data, "conf.d"), { recursive: true });
    writeFileSync(join(data, "conf.d/open.conf"), "allow_anonymous true\n");
    execFileSync("chown", ["-R", "mosquitto", data]);
  });
  afterAll(async () => {
    await act("stop");
    rmSync(home, { recursive: true, force: true });
    rmSync(run, { recursive: true, force: true });
  });

  it("describes itself as an OCF agent", async () => {
    const { code, stdout } = await act("meta-data");
    expect(code).toBe(0);
    expect(parseXml(stdout, "resource-agent").name).toBe("resource-agent");
  });

  it("starts, starts again without harm, answers, stops twice", async () => {
    expect((await act("monitor")).code).toBe(7);
    expect(await act("start")).toMatchObject({ code: 0, reason: "" });
    const first = pid();
    expect((await act("start")).code).toBe(0);
    expect(pid()).toBe(first);
    expect((await act("monitor")).code).toBe(0);
    expect(await act("monitor", {}, 10)).toMatchObject({ code: 0, reason: "" });
    expect((await act("stop")).code).toBe(0);
    expect((await act("monitor")).code).toBe(7);
    expect((await act("stop")).code).toBe(0);
  });

  it("sees that it was killed, and that it hangs", async () => {
    await act("start");
    process.kill(pid(), "SIGKILL");
    await expect.poll(async () => (await act("monitor")).code).toBe(7);
    await act("start");
    process.kill(pid(), "SIGSTOP");
    expect((await act("monitor")).code).toBe(0);
    expect(await act("monitor", {}, 10)).toMatchObject({
      code: 1,
      reason: expect.stringContaining("does not answer"),
    });
    const before = performance.now();
    expect((await act("stop")).code).toBe(0);
    expect(performance.now() - before, "it is woken up, not waited for").toBeLessThan(10_000);
    expect((await act("monitor")).code).toBe(7);
  });

  it("says what is wrong", async () => {
    expect(await act("validate-all", { broker: "pigeon" })).toMatchObject({
      code: 6,
      reason: expect.stringContaining("pigeon"),
    });
    expect((await act("validate-all", { port: "many" })).code).toBe(6);
    expect(await act("start", { data_directory: "/nowhere" })).toMatchObject({
      code: 6,
      reason: expect.stringContaining("/nowhere"),
    });
    expect((await act("dance")).code).toBe(3);
    const closed = join(home, "closed");
    mkdirSync(closed, { mode: 0o700 });
    expect(await act("start", { data_directory: closed })).toMatchObject({
      code: 6,
      reason: `mosquitto may not write to ${closed}: chown -R mosquitto: ${closed}`,
    });
  });

  it("gives up a start that ends at once", async () => {
    writeFileSync(join(data, "conf.d/broken.conf"), "nonsense yes\n");
    expect((await act("start")).code).toBe(1);
    rmSync(join(data, "conf.d/broken.conf"));
  });
});
