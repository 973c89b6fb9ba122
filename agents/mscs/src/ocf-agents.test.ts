/** Our resource agents, run for real: installed, given what is wrong, started, watched, killed, and stopped twice. */
import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { installOcfAgents } from "./ocf-agents.ts";
import { canRunOcf, type OcfAgent, ocf, ocfAgents, shellProgram } from "./testing/ocf-agent.ts";

const shipped = fileURLToPath(new URL("../ocf/", import.meta.url));
const names = ["application", "script", "network-name", "print-spooler", "time-service", "ip-address"];
const agent = ocfAgents();

const pidOf = async (one: OcfAgent) => {
  const [file = ""] = (await readdir(join(one.directory, "state"))).filter((name) => name.endsWith(".pid"));
  return Number((await readFile(join(one.directory, "state", file), "utf8")).split(" ")[0]);
};

describe.skipIf(!canRunOcf)("every agent of ours", () => {
  it.each(names)("%s has metadata that is well-formed and names it", async (name) => {
    const one = await agent(name, {});
    expect(await one.run("meta-data")).toBe(ocf.success);
    expect(one.output()).toContain(`<resource-agent name="${name}"`);
    for (const action of ["start", "stop", "monitor", "validate-all"])
      expect(one.output()).toContain(`<action name="${action}"`);
  });

  it.each(names.filter((name) => name !== "ip-address"))("%s does not know strange actions", async (name) => {
    expect(await (await agent(name, {})).run("promote")).toBe(ocf.unimplemented);
  });

  it.each([
    ["application", { command: "" }],
    ["application", { command: "sleep 1", stop_signal: "NONSENSE" }],
    ["script", { script: "" }],
    ["network-name", { host_name: "a.example", ip: "" }],
    ["network-name", { host_name: "a.example", ip: "192.0.2.1", update: "fax" }],
    ["network-name", { host_name: "a.example", ip: "192.0.2.1", update: "dns" }],
  ])("%s with %j is not configured", async (name, parameters) => {
    const one = await agent(name, parameters);
    expect(await one.run("validate-all")).toBe(ocf.notConfigured);
    expect(one.reason()).not.toBe("");
    expect(await one.run("start")).toBe(ocf.notConfigured);
  });

  it.each([
    ["application", { command: "sleep 1", user: "nobody-of-that-name" }],
    ["application", { command: "sleep 1", directory: "/not/there" }],
    ["script", { script: "/not/there" }],
    ["time-service", { config: "/not/there" }],
  ])("%s with %j cannot run on this node", async (name, parameters) => {
    expect(await (await agent(name, parameters)).run("start")).toBe(ocf.notInstalled);
  });
});

describe.skipIf(!canRunOcf)("application", () => {
  it("starts, is seen, stops, and does each a second time", async () => {
    const one = await agent("application", { command: "sleep 300", user: "nobody" });
    expect(await one.run("monitor")).toBe(ocf.notRunning);
    expect(await one.run("start")).toBe(ocf.success);
    const pid = await pidOf(one);
    const status = await readFile(`/proc/${pid}/status`, "utf8");
    expect(status).toMatch(/^Name:\tsleep$/m);
    expect(status).not.toMatch(/^Uid:\t0\t/m);
    expect(await one.run("start")).toBe(ocf.success);
    expect(await pidOf(one)).toBe(pid);
    expect(await one.run("monitor")).toBe(ocf.success);
    expect(await one.run("stop")).toBe(ocf.success);
    expect(groupMembers(pid)).toEqual([]);
    expect(await one.run("monitor")).toBe(ocf.notRunning);
    expect(await one.run("stop")).toBe(ocf.success);
  });

  it("is not running once it was killed", async () => {
    const one = await agent("application", { command: "sleep 300" });
    await one.run("start");
    process.kill(await pidOf(one), "SIGKILL");
    await expect.poll(() => one.run("monitor")).toBe(ocf.notRunning);
  });

  it("does not take another process for its own that got the same id", async () => {
    const one = await agent("application", { command: "sleep 300" });
    await mkdir(join(one.directory, "state"), { recursive: true });
    const instance = `test.${one.directory.slice(-6)}`;
    await writeFile(join(one.directory, "state", `bulkhead-${instance}.pid`), `${process.pid} 1\n`);
    expect(await one.run("monitor")).toBe(ocf.notRunning);
    expect(await one.run("stop")).toBe(ocf.success);
  });

  it("says so when the program ends at once", async () => {
    const one = await agent("application", { command: "/bin/false" });
    expect(await one.run("start")).toBe(ocf.failed);
    expect(one.reason()).toContain("ended at once");
    expect(await one.run("monitor")).toBe(ocf.notRunning);
  });

  it("is asked by its own signal, and takes its children along", async () => {
    const one = await agent("application", { command: "", stop_signal: "INT" });
    const file = await shellProgram(
      one.directory,
      "app",
      `trap 'echo int > ${one.directory}/asked; exit 0' INT\nsleep 301 &\nwhile :; do sleep 0.05; done`,
    );
    const more = { OCF_RESKEY_command: file };
    await one.run("start", more);
    const pid = await pidOf(one);
    expect(await one.run("stop", more)).toBe(ocf.success);
    expect(await readFile(join(one.directory, "asked"), "utf8")).toBe("int\n");
    expect(groupMembers(pid)).toEqual([]);
  });

  it("is killed when it does not end", async () => {
    const one = await agent("application", { command: "" });
    const file = await shellProgram(one.directory, "app", "trap '' TERM\nwhile :; do sleep 0.05; done");
    const more = { OCF_RESKEY_command: file, OCF_RESKEY_CRM_meta_timeout: "6000" };
    await one.run("start", more);
    const pid = await pidOf(one);
    expect(await one.run("stop", more)).toBe(ocf.success);
    expect(groupMembers(pid)).toEqual([]);
  });
});

/** Processes of a group that still run. */
function groupMembers(group: number): string[] {
  return execFileSync("ps", ["-e", "-o", "pgid=,stat=,args="], { encoding: "utf8" })
    .split("\n")
    .filter((line) => Number(line.trim().split(/\s+/)[0]) === group && !/^\s*\d+\s+Z/.test(line));
}

it("installs the agents and what they read, and no tests", async () => {
  const target = await mkdtemp(join(tmpdir(), "bulkhead-ocf-install-"));
  await installOcfAgents(target, shipped);
  const installed = await readdir(target);
  await rm(target, { recursive: true });
  expect(installed).toEqual(expect.arrayContaining([...names, ".meta", ".daemon"]));
  expect(installed.filter((name) => name.slice(1).includes("."))).toEqual([]);
});
