/** The agent `ocf:bulkhead:postgresql` with a real server on a directory of its own. */
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseXml } from "@bulkhead/pacemaker";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runOcf } from "./testing/ocf.ts";

const versions = "/usr/lib/postgresql";
const newest = existsSync(versions)
  ? readdirSync(versions)
      .sort((a, b) => Number(a) - Number(b))
      .at(-1)
  : undefined;
const programs = `${versions}/${newest}/bin`;
const canRun = process.getuid?.() === 0 && newest !== undefined;

describe.skipIf(!canRun)("ocf:bulkhead:postgresql", () => {
  const home = mkdtempSync("/var/tmp/bulkhead-ocf-");
  const data = join(home, "data");
  const sockets = join(home, "run");
  const parameters = {
    data_directory: data,
    program_directory: programs,
    socket_directory: sockets,
    // Only the socket is used; the number is part of its name.
    port: "54329",
  };
  const act = (action: string, change: Record<string, string> = {}) =>
    runOcf("postgresql", action, { parameters: { ...parameters, ...change } });
  const ask = () => runOcf("postgresql", "monitor", { parameters, level: 10 });
  const postmaster = () => Number(readFileSync(join(data, "postmaster.pid"), "utf8").split("\n")[0]);

  beforeAll(() => {
    execFileSync("chown", ["postgres", home]);
    const asPostgres = ["--reuid", "postgres", "--regid", "postgres", "--init-groups", "--"];
    const initdb = [`${programs}/initdb`, "-D", data, "-U", "postgres", "--auth=trust", "--no-sync"];
    execFileSync("setpriv", [...asPostgres, "env", "-C", home, "LC_ALL=C", ...initdb]);
    writeFileSync(join(data, "postgresql.conf"), "listen_addresses = ''\n", { flag: "a" });
  });
  afterAll(async () => {
    await act("stop");
    rmSync(home, { recursive: true, force: true });
  });

  it("describes itself as an OCF agent", async () => {
    const { code, stdout } = await act("meta-data");
    expect(code).toBe(0);
    expect(parseXml(stdout, "resource-agent").name).toBe("resource-agent");
    for (const name of Object.keys(parameters)) expect(stdout).toContain(`<parameter name="${name}"`);
  });

  it("says not running where there is no disk, no server, and after a stop", async () => {
    expect((await act("monitor")).code).toBe(7);
    expect((await act("monitor", { data_directory: "/nowhere" })).code).toBe(7);
    expect((await act("stop")).code).toBe(0);
  });

  it("starts, starts again without harm, answers, stops twice", async () => {
    expect(await act("start")).toMatchObject({ code: 0, reason: "" });
    const pid = postmaster();
    expect((await act("start")).code).toBe(0);
    expect(postmaster()).toBe(pid);
    expect((await act("monitor")).code).toBe(0);
    expect((await ask()).code).toBe(0);
    expect((await act("stop")).code).toBe(0);
    expect((await act("monitor")).code).toBe(7);
    expect((await act("stop")).code).toBe(0);
  });

  it("sees that it was killed, and starts in spite of what is left", async () => {
    await act("start");
    // Its children live on for a moment and could write: the next start must not meet them.
    process.kill(postmaster(), "SIGKILL");
    await expect.poll(async () => (await act("monitor")).code).toBe(7);
    expect(await act("start")).toMatchObject({ code: 0, reason: "" });
    expect((await act("monitor")).code).toBe(0);
    // Not one file after another: that is most of a failover where the database is large.
    const opened = Number(newest) >= 14 ? "recovery_init_sync_method=syncfs" : "postgres";
    expect(readFileSync(join(data, "postmaster.opts"), "utf8")).toContain(opened);
  });

  it("tells a server that hangs from one that is away, and stops it in its time", async () => {
    await act("start");
    const pid = postmaster();
    process.kill(pid, "SIGSTOP");
    // New connections hang; Pacemaker ends a check that takes too long. Here it is asked whether it would be taken for away.
    const asked = ask();
    const early = await Promise.race([asked, new Promise((resolve) => setTimeout(resolve, 500, "hangs"))]);
    expect(early).toBe("hangs");
    expect((await act("monitor")).code, "the cheap look asks nothing of the server").toBe(0);
    process.kill(pid, "SIGCONT");
    expect((await asked).code).toBe(0);
    process.kill(pid, "SIGSTOP");
    expect(await runOcf("postgresql", "monitor", { parameters, level: 10, timeoutMs: 6000 })).toMatchObject({
      code: 1,
      reason: "PostgreSQL runs but does not answer: nothing came within 1 s",
    });
    const before = performance.now();
    expect((await act("stop")).code).toBe(0);
    expect(performance.now() - before, "it is woken up, not waited for").toBeLessThan(9_000);
    expect((await act("monitor")).code).toBe(7);
  });

  it("says what is wrong: no database there, no programs, no number", async () => {
    expect(await act("start", { data_directory: home })).toMatchObject({
      code: 6,
      reason: expect.stringContaining("initdb"),
    });
    expect(await act("validate-all", { program_directory: "/nowhere" })).toMatchObject({
      code: 5,
      reason: expect.stringContaining("install PostgreSQL"),
    });
    expect((await act("validate-all", { port: "many" })).code).toBe(6);
    expect((await act("dance")).code).toBe(3);
  });

  it("gives the server's own words when it cannot start", async () => {
    await act("stop");
    const conf = join(data, "postgresql.conf");
    const before = readFileSync(conf, "utf8");
    writeFileSync(conf, `${before}nonsense = yes\n`);
    expect(await act("start")).toMatchObject({ code: 1, reason: expect.stringContaining("contains errors") });
    writeFileSync(conf, before);
    expect((await act("start")).code).toBe(0);
  });
});
