/** Our resource agents, run for real: started, watched, killed, stopped twice, and given what is wrong. */
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, it } from "vitest";
import { installOcfAgents } from "./ocf-agents.ts";
import { type OcfAgent, ocf, ocfAgent } from "./testing/ocf-agent.ts";

const shipped = fileURLToPath(new URL("../ocf/", import.meta.url));
const names = ["application", "script", "network-name", "print-spooler", "time-service", "ip-address"];
const canRun = process.getuid?.() === 0 && existsSync("/usr/lib/ocf/lib/heartbeat/ocf-shellfuncs");

const made: OcfAgent[] = [];
async function agent(name: string, parameters: Record<string, string>): Promise<OcfAgent> {
  const one = await ocfAgent(name, parameters);
  made.push(one);
  return one;
}
afterEach(async () => {
  for (const one of made.splice(0)) {
    await one.run("stop");
    await one.end();
  }
});

async function program(directory: string, name: string, text: string): Promise<string> {
  const file = join(directory, name);
  await mkdir(join(file, ".."), { recursive: true });
  await writeFile(file, `#!/bin/sh\n${text}\n`);
  await chmod(file, 0o755);
  return file;
}

const pidOf = async (one: OcfAgent) => {
  const [file = ""] = (await readdir(join(one.directory, "state"))).filter((name) => name.endsWith(".pid"));
  return Number((await readFile(join(one.directory, "state", file), "utf8")).split(" ")[0]);
};

describe.skipIf(!canRun)("every agent of ours", () => {
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

describe.skipIf(!canRun)("application", () => {
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
    const file = await program(
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
    const file = await program(one.directory, "app", "trap '' TERM\nwhile :; do sleep 0.05; done");
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

describe.skipIf(!canRun)("script", () => {
  const body = (directory: string) =>
    `echo "$1" >> ${directory}/calls\ncase "$1" in start) : > ${directory}/up ;; stop) rm -f ${directory}/up ;; looksAlive) [ -e ${directory}/up ] ;; isAlive) [ -e ${directory}/up ] && [ ! -e ${directory}/ill ] ;; esac`;

  async function scripted() {
    const one = await agent("script", {});
    const script = await program(one.directory, "service", body(one.directory));
    const run = (action: string, more = {}) => one.run(action, { OCF_RESKEY_script: script, ...more });
    return { one, run };
  }

  it("starts, looks cheaply and thoroughly, and stops", async () => {
    const { one, run } = await scripted();
    expect(await run("monitor")).toBe(ocf.notRunning);
    expect(await run("start")).toBe(ocf.success);
    expect(await run("monitor")).toBe(ocf.success);
    expect(await run("monitor", { OCF_CHECK_LEVEL: "10" })).toBe(ocf.success);
    await writeFile(join(one.directory, "ill"), "");
    expect(await run("monitor")).toBe(ocf.success);
    expect(await run("monitor", { OCF_CHECK_LEVEL: "10" })).toBe(ocf.failed);
    expect(one.reason()).toContain("isAlive says that it is not alive");
    expect(await run("stop")).toBe(ocf.success);
    expect(await run("stop")).toBe(ocf.success);
    expect(await run("monitor")).toBe(ocf.notRunning);
  });

  it("is failed, not just absent, when it dies where it was started", async () => {
    const { one, run } = await scripted();
    await run("start");
    await rm(join(one.directory, "up"));
    expect(await run("monitor")).toBe(ocf.failed);
  });

  it("cannot be called stopped when the script has gone", async () => {
    const { one, run } = await scripted();
    await run("start");
    await rm(join(one.directory, "service"));
    expect(await run("stop")).toBe(ocf.failed);
  });
});

describe.skipIf(!canRun)("network-name", () => {
  it("keeps one line in the hosts file, and leaves the others alone", async () => {
    const one = await agent("network-name", { host_name: "sql.example", ip: "192.0.2.50" });
    const hosts = join(one.directory, "hosts");
    await writeFile(hosts, "127.0.0.1 localhost\n");
    const run = (action: string) => one.run(action, { OCF_RESKEY_hosts_file: hosts });
    expect(await run("monitor")).toBe(ocf.notRunning);
    expect(await run("start")).toBe(ocf.success);
    expect(await run("start")).toBe(ocf.success);
    expect(await run("monitor")).toBe(ocf.success);
    const text = await readFile(hosts, "utf8");
    expect(text).toMatch(/^127\.0\.0\.1 localhost\n192\.0\.2\.50 sql\.example # bulkhead \S+\n$/);
    expect(await run("stop")).toBe(ocf.success);
    expect(await run("stop")).toBe(ocf.success);
    expect(await readFile(hosts, "utf8")).toBe("127.0.0.1 localhost\n");
  });

  it("updates DNS, and asks the server in its thorough check", async () => {
    const settings = { update: "dns", server: "192.0.2.53", ttl: "60", key_file: "/dev/null" };
    const one = await agent("network-name", { host_name: "sql.example", ip: "2001:db8::50", ...settings });
    await program(
      one.directory,
      "bin/nsupdate",
      `echo "$@" > ${one.directory}/args; cat > ${one.directory}/said`,
    );
    await program(one.directory, "bin/dig", `cat ${one.directory}/answer`);
    await writeFile(join(one.directory, "answer"), "2001:db8::50\n");
    expect(await one.run("monitor")).toBe(ocf.notRunning);
    expect(await one.run("start")).toBe(ocf.success);
    expect(await readFile(join(one.directory, "said"), "utf8")).toBe(
      "server 192.0.2.53\nupdate delete sql.example. AAAA\nupdate add sql.example. 60 AAAA 2001:db8::50\nsend\n",
    );
    expect(await readFile(join(one.directory, "args"), "utf8")).toBe("-t 10 -k /dev/null\n");
    expect(await one.run("monitor", { OCF_CHECK_LEVEL: "10" })).toBe(ocf.success);
    await writeFile(join(one.directory, "answer"), "2001:db8::51\n");
    expect(await one.run("monitor")).toBe(ocf.success);
    expect(await one.run("monitor", { OCF_CHECK_LEVEL: "10" })).toBe(ocf.failed);
    expect(await one.run("stop")).toBe(ocf.success);
    expect(await one.run("monitor")).toBe(ocf.notRunning);
  });

  it("fails when the server refuses the update", async () => {
    const one = await agent("network-name", {
      host_name: "sql.example",
      ip: "192.0.2.50",
      update: "dns",
      server: "192.0.2.53",
    });
    await program(one.directory, "bin/nsupdate", "exit 2");
    expect(await one.run("start")).toBe(ocf.failed);
    expect(one.reason()).toContain("did not take the update");
  });
});

describe.skipIf(!canRun)("time-service and print-spooler", () => {
  it("run the daemon in the foreground with what they were given", async () => {
    const time = await agent("time-service", { config: "/dev/null" });
    await program(
      time.directory,
      "bin/chronyd",
      `printf '%s\\n' "$*" > ${time.directory}/args\nexec sleep 300`,
    );
    expect(await time.run("start")).toBe(ocf.success);
    expect(await readFile(join(time.directory, "args"), "utf8")).toBe("-n -f /dev/null\n");
    expect(await time.run("monitor")).toBe(ocf.success);
    expect(await time.run("stop")).toBe(ocf.success);
    const spool = await agent("print-spooler", {});
    await program(spool.directory, "bin/cupsd", `cp "$5" ${spool.directory}/files\nexec sleep 300`);
    await writeFile(
      join(spool.directory, "cups-files.conf"),
      "RequestRoot /var/spool/cups\nLogFileGroup adm\n",
    );
    const more = {
      OCF_RESKEY_spool_directory: join(spool.directory, "jobs"),
      OCF_RESKEY_config_directory: spool.directory,
    };
    expect(await spool.run("start", more)).toBe(ocf.success);
    expect(await readFile(join(spool.directory, "files"), "utf8")).toBe(
      `LogFileGroup adm\nRequestRoot ${spool.directory}/jobs\n`,
    );
    expect(await spool.run("monitor", more)).toBe(ocf.success);
    expect(await spool.run("stop", more)).toBe(ocf.success);
  });
});

describe.skipIf(!canRun)("ip-address", () => {
  /** In a network namespace of its own: two ends of a cable, of which the other can be cut. */
  async function wired(use: (run: (action: string) => Promise<number>, cut: () => void) => Promise<void>) {
    const space = `bhocf${process.pid}`;
    const ip = (...args: string[]) => execFileSync("ip", args);
    ip("netns", "add", space);
    try {
      ip("-n", space, "link", "add", "bh0", "type", "veth", "peer", "name", "bh1");
      for (const name of ["lo", "bh0", "bh1"]) ip("-n", space, "link", "set", name, "up");
      ip("-n", space, "addr", "add", "192.0.2.1/24", "dev", "bh0");
      const one = await agent("ip-address", { ip: "192.0.2.50", cidr_netmask: "24", nic: "bh0" });
      const run = (action: string) => one.run(action, { netns: space, OCF_RESKEY_CRM_meta_interval: "5000" });
      await use(run, () => ip("-n", space, "link", "set", "bh1", "down"));
    } finally {
      ip("netns", "delete", space);
    }
  }

  it("is the stock agent as long as there is a carrier, and fails without one", async () => {
    await wired(async (run, cut) => {
      expect(await run("monitor")).toBe(ocf.notRunning);
      expect(await run("start")).toBe(ocf.success);
      expect(await run("monitor")).toBe(ocf.success);
      cut();
      await expect.poll(() => run("monitor")).toBe(ocf.failed);
      expect(await run("stop")).toBe(ocf.success);
      expect(await run("start")).toBe(ocf.notInstalled);
      expect(await run("monitor")).toBe(ocf.notRunning);
    });
  });
});

it("installs the agents and what they read, and no tests", async () => {
  const target = await mkdtemp(join(tmpdir(), "bulkhead-ocf-install-"));
  await installOcfAgents(target, shipped);
  const installed = await readdir(target);
  await rm(target, { recursive: true });
  expect(installed).toEqual(expect.arrayContaining([...names, ".meta", ".daemon"]));
  expect(installed.filter((name) => name.slice(1).includes("."))).toEqual([]);
});
