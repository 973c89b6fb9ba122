import { linkSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { RunCommand } from "@bulkhead/runtime";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createSystemReader, localAddresses, seenServices } from "./system.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "bulkhead-system-"));
  for (const network of ["ours", "theirs"]) writeFileSync(join(folder, network), "");
  addProcess("1", "systemd", "ours");
  addProcess("self", "bulkhead-agent", "ours");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function addProcess(pid: string, name: string, network: string | null): void {
  mkdirSync(join(folder, pid, "net"), { recursive: true });
  writeFileSync(join(folder, pid, "comm"), `${name}\n`);
  if (network !== null) linkSync(join(folder, network), join(folder, pid, "net/dev"));
}

/** Answers by the first two words of a command; every other program is not installed. */
function machine(answers: Record<string, string>): RunCommand {
  return async (file, [verb]) => {
    const stdout = answers[`${file} ${verb}`];
    return { exitCode: stdout === undefined ? null : 0, stdout: stdout ?? "", stderr: "" };
  };
}

describe("which daemons are on the machine", () => {
  it.each([
    ["nothing is installed", {}, []],
    [
      "units are there but off",
      { "systemctl is-active": "inactive\ninactive\n", "systemctl is-enabled": "disabled\nnot-found\n" },
      [],
    ],
    ["one unit runs", { "systemctl is-active": "inactive\nactive\n" }, ["mscs"]],
    [
      "one unit is enabled only",
      { "systemctl is-active": "inactive\ninactive\n", "systemctl is-enabled": "enabled\ndisabled\n" },
      ["mscs"],
    ],
    ["our tables are loaded", { "nft list": "table inet filter\ntable netdev bulkhead\n" }, ["wlbs"]],
    ["other tables are loaded", { "nft list": "table inet bulkhead-not\n" }, []],
    ["both", { "nft list": "table arp bulkhead\n", "systemctl is-active": "activating\n" }, ["wlbs", "mscs"]],
  ])("%s", async (_, answers, services) => {
    expect(await seenServices(machine(answers as Record<string, string>), folder)).toEqual(services);
  });

  it.each([
    { what: "started by hand", name: "corosync", network: "ours", services: ["mscs"] },
    { what: "that we may not look into", name: "pacemakerd", network: null, services: ["mscs"] },
    { what: "in a network of its own", name: "corosync", network: "theirs", services: [] },
    { what: "of another program", name: "corosync-qnetd", network: "ours", services: [] },
  ])("a process $what", async ({ name, network, services }) => {
    addProcess("77", name, network);
    expect(await seenServices(machine({}), folder)).toEqual(services);
  });
});

it("refuses a machine without identity and says how to get one", () => {
  const path = join(folder, "machine-id");
  const system = createSystemReader({ machineIdPath: path, agentVersion: "1", run: machine({}) });
  expect(() => system.machineId()).toThrow(/systemd-machine-id-setup/);
  writeFileSync(path, "uninitialized\n");
  expect(() => system.machineId()).toThrow(/systemd-machine-id-setup/);
  writeFileSync(path, "0123456789abcdef0123456789abcdef\n");
  expect(system.machineId()).toBe("0123456789abcdef0123456789abcdef");
});

it("reports no loopback, and the same order every time", () => {
  const addresses = localAddresses();
  expect(addresses.filter(({ address }) => address.startsWith("127.") || address === "::1")).toEqual([]);
  expect(localAddresses()).toEqual(addresses);
});
