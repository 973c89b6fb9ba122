/** Our resource agents for scripts, names and daemons, run for real: what each does to its host, and how it looks. */
import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { canRunOcf, ocf, ocfAgents, shellProgram } from "./testing/ocf-agent.ts";

const agent = ocfAgents();

describe.skipIf(!canRunOcf)("script", () => {
  const body = (directory: string) =>
    `echo "$1" >> ${directory}/calls\ncase "$1" in start) : > ${directory}/up ;; stop) rm -f ${directory}/up ;; looksAlive) [ -e ${directory}/up ] ;; isAlive) [ -e ${directory}/up ] && [ ! -e ${directory}/ill ] ;; esac`;

  async function scripted() {
    const one = await agent("script", {});
    const script = await shellProgram(one.directory, "service", body(one.directory));
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

describe.skipIf(!canRunOcf)("network-name", () => {
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
    await shellProgram(
      one.directory,
      "bin/nsupdate",
      `echo "$@" > ${one.directory}/args; cat > ${one.directory}/said`,
    );
    await shellProgram(one.directory, "bin/dig", `cat ${one.directory}/answer`);
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
    await shellProgram(one.directory, "bin/nsupdate", "exit 2");
    expect(await one.run("start")).toBe(ocf.failed);
    expect(one.reason()).toContain("did not take the update");
  });
});

describe.skipIf(!canRunOcf)("time-service and print-spooler", () => {
  it("run the daemon in the foreground with what they were given", async () => {
    const time = await agent("time-service", { config: "/dev/null" });
    await shellProgram(
      time.directory,
      "bin/chronyd",
      `printf '%s\\n' "$*" > ${time.directory}/args\nexec sleep 300`,
    );
    expect(await time.run("start")).toBe(ocf.success);
    expect(await readFile(join(time.directory, "args"), "utf8")).toBe("-n -f /dev/null\n");
    expect(await time.run("monitor")).toBe(ocf.success);
    expect(await time.run("stop")).toBe(ocf.success);
    const spool = await agent("print-spooler", {});
    await shellProgram(spool.directory, "bin/cupsd", `cp "$5" ${spool.directory}/files\nexec sleep 300`);
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
