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

  it("does not take a line that a power loss left behind for a name that runs, and says when its line is gone", async () => {
    const one = await agent("network-name", { host_name: "sql.example", ip: "192.0.2.50" });
    const hosts = join(one.directory, "hosts");
    await writeFile(hosts, "127.0.0.1 localhost\n");
    const run = (action: string) => one.run(action, { OCF_RESKEY_hosts_file: hosts });
    await run("start");
    const running = await readFile(hosts, "utf8");
    await rm(join(one.directory, "state"), { recursive: true });
    expect(await run("monitor")).toBe(ocf.notRunning);
    expect(await run("start")).toBe(ocf.success);
    expect(await readFile(hosts, "utf8")).toBe(running);
    await writeFile(hosts, "127.0.0.1 localhost\n");
    expect(await run("monitor")).toBe(ocf.failed);
    expect(one.reason()).toContain("has lost the line of sql.example");
  });

  it("leaves a line alone whose owner's name only begins like its own", async () => {
    const one = await agent("network-name", { host_name: "sql.example", ip: "192.0.2.50" });
    const hosts = join(one.directory, "hosts");
    const run = (action: string, more = {}) => one.run(action, { OCF_RESKEY_hosts_file: hosts, ...more });
    await writeFile(hosts, "127.0.0.1 localhost\n");
    await run("start", { OCF_RESOURCE_INSTANCE: "sql.name2", OCF_RESKEY_host_name: "other.example" });
    await run("start", { OCF_RESOURCE_INSTANCE: "sql.name" });
    await run("stop", { OCF_RESOURCE_INSTANCE: "sql.name" });
    expect(await readFile(hosts, "utf8")).toBe(
      "127.0.0.1 localhost\n192.0.2.50 other.example # bulkhead sql.name2\n",
    );
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
    await shellProgram(one.directory, "bin/nsupdate", 'echo "update failed: NOTAUTH(BADKEY)" >&2; exit 2');
    expect(await one.run("start")).toBe(ocf.failed);
    expect(one.reason()).toContain("did not take the update of sql.example: update failed: NOTAUTH(BADKEY)");
  });
});

describe.skipIf(!canRunOcf)("time-service and print-spooler", () => {
  const spooler = async () => {
    const one = await agent("print-spooler", {});
    await shellProgram(one.directory, "bin/pidof", `cat ${one.directory}/other`);
    await writeFile(
      join(one.directory, "cups-files.conf"),
      "RequestRoot /var/spool/cups\nLogFileGroup adm\n",
    );
    await writeFile(join(one.directory, "cupsd.conf"), "Listen *:631\nDirtyCleanInterval 30\n");
    const more = {
      OCF_RESKEY_spool_directory: join(one.directory, "jobs"),
      OCF_RESKEY_config_directory: one.directory,
    };
    return { one, run: (action: string) => one.run(action, more) };
  };

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
    const { one, run } = await spooler();
    await shellProgram(
      one.directory,
      "bin/cupsd",
      `cp "$5" ${one.directory}/files\ncp "$3" ${one.directory}/copy\nexec sleep 300`,
    );
    expect(await run("start")).toBe(ocf.success);
    expect(await readFile(join(one.directory, "files"), "utf8")).toBe(
      `ServerRoot ${one.directory}\nLogFileGroup adm\nRequestRoot ${one.directory}/jobs\nSyncOnClose Yes\n`,
    );
    expect(await readFile(join(one.directory, "copy"), "utf8")).toBe("Listen *:631\nDirtyCleanInterval 0\n");
    expect(await run("monitor")).toBe(ocf.success);
    expect(await run("stop")).toBe(ocf.success);
  });

  it("say what the daemon says of its configuration", async () => {
    const time = await agent("time-service", { config: "/dev/null" });
    await shellProgram(time.directory, "bin/chronyd", 'echo "Invalid directive at line 2" >&2\nexit 1');
    expect(await time.run("start")).toBe(ocf.failed);
    expect(time.reason()).toBe("chronyd ended at once: Invalid directive at line 2");
    const { one, run } = await spooler();
    await shellProgram(one.directory, "bin/cupsd", 'echo "Missing value on line 2" >&2\nexit 1');
    expect(await run("start")).toBe(ocf.failed);
    expect(one.reason()).toBe("cupsd ended at once: Missing value on line 2");
  });

  it("do not start beside the node's own", async () => {
    const time = await agent("time-service", { config: "/dev/null" });
    await shellProgram(time.directory, "bin/chronyd", "exit 1");
    await shellProgram(time.directory, "bin/pidof", "echo 77");
    expect(await time.run("start")).toBe(ocf.failed);
    expect(time.reason()).toContain("process 77; if it is the node's own: systemctl disable --now chrony");
    const { one, run } = await spooler();
    await shellProgram(one.directory, "bin/cupsd", "exec sleep 300");
    await writeFile(join(one.directory, "other"), "78\n");
    expect(await run("start")).toBe(ocf.failed);
    expect(one.reason()).toContain("process 78");
    expect(await run("monitor")).toBe(ocf.notRunning);
  });
});
