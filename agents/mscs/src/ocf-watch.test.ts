/** What our agents do beside the checks: they tell the engine at once that their process has ended, and only once. */
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { canRunOcf, type OcfAgent, ocf, ocfAgents, shellProgram } from "./testing/ocf-agent.ts";

const agent = ocfAgents();
// Where the first process is no init, an ended one is collected only after a while, and lives on until then.
const soon = (value: () => unknown) => expect.poll(value, { timeout: 10_000 });
const byEngine = { OCF_RESKEY_CRM_meta_on_node: "db-1" };
const again = { ...byEngine, OCF_RESKEY_CRM_meta_interval: "5000" };

/** An application beside a `crm_resource` that writes down what it is asked. `isManaged`: what `crm_mon` says of it. */
async function watched({ exitCode = 0, isManaged = true } = {}) {
  const one = await agent("application", { command: "sleep 300" });
  const writesDown = `echo "$@" >> ${one.directory}/told; exit ${exitCode}`;
  await shellProgram(one.directory, "bin/crm_resource", writesDown);
  const resource = `<resource id="test.${one.directory.slice(-6)}" role="Started" managed="${isManaged}"/>`;
  await shellProgram(one.directory, "bin/crm_mon", `echo '${resource}'`);
  const file = join(one.directory, "told");
  const told = () => (existsSync(file) ? readFileSync(file, "utf8").trim().split("\n") : []);
  return { one, told };
}

const state = (one: OcfAgent) => join(one.directory, "state", `bulkhead-test.${one.directory.slice(-6)}`);
const kill = (one: OcfAgent) => process.kill(Number(readFileSync(`${state(one)}.pid`, "utf8").split(" ")[0]));

/** Processes that watch for this agent: their command line has the name of its files. */
const watchers = (one: OcfAgent): number =>
  execFileSync("ps", ["-e", "-o", "args="], { encoding: "utf8" })
    .split("\n")
    .filter((line) => line.includes(`${state(one)}.watch`)).length;

describe.skipIf(!canRunOcf)("the end of a process", () => {
  it("is told to the engine once, and not counted again by the check that comes next", async () => {
    const { one, told } = await watched();
    await one.run("start", byEngine);
    await one.run("monitor", again);
    expect(watchers(one)).toBe(1);
    kill(one);
    await soon(told).toEqual([`--fail --resource test.${one.directory.slice(-6)} --node db-1`]);
    expect(await one.run("monitor", byEngine)).toBe(ocf.notRunning);
    await one.run("start", byEngine);
    kill(one);
    await soon(() => told().length).toBe(2);
    expect(await one.run("monitor", again)).toBe(ocf.success);
    expect(await one.run("monitor", again)).toBe(ocf.notRunning);
  });

  it("is left to the checks when the engine does not listen", async () => {
    const { one, told } = await watched({ exitCode: 1 });
    await one.run("start", byEngine);
    kill(one);
    await soon(() => told().length).toBe(1);
    await soon(() => watchers(one)).toBe(0);
    expect(await one.run("monitor", again)).toBe(ocf.notRunning);
  });

  it("is not told when it was asked for, nor of one that was started by hand", async () => {
    const { one, told } = await watched();
    await one.run("start", byEngine);
    expect(await one.run("stop", byEngine)).toBe(ocf.success);
    await soon(() => watchers(one)).toBe(0);
    await one.run("start");
    expect(watchers(one)).toBe(0);
    kill(one);
    await soon(() => one.run("monitor", again)).toBe(ocf.notRunning);
    expect(told()).toEqual([]);
  });

  it("is not told in maintenance", async () => {
    const { one, told } = await watched({ isManaged: false });
    await one.run("start", byEngine);
    expect(watchers(one)).toBe(1);
    kill(one);
    await soon(() => watchers(one)).toBe(0);
    expect(await one.run("monitor", again)).toBe(ocf.notRunning);
    expect(told()).toEqual([]);
  });

  it("is watched for from the next check on where nobody does", async () => {
    const { one, told } = await watched();
    await one.run("start");
    expect(await one.run("monitor", again)).toBe(ocf.success);
    kill(one);
    await soon(() => told().length).toBe(1);
  });
});
