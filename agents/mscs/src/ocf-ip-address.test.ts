/** The address agent, run for real between two hosts of its own: what it puts on the interface, and what the neighbour learns. */
import { execFileSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { canRunOcf, type OcfAgent, ocf, ocfAgents } from "./testing/ocf-agent.ts";

const agent = ocfAgents();

interface Host {
  agent: OcfAgent;
  run(action: string, more?: Record<string, string>): Promise<number>;
  ip(...args: string[]): string;
  /** What the host at the other end of the cable says. */
  neighbour(...args: string[]): string;
}

const ipOf =
  (space: string) =>
  (...args: string[]): string =>
    execFileSync("ip", ["-n", space, ...args], { encoding: "utf8" });

/** `parameters`: beside the interface. Both hosts are gone afterwards. */
async function onHost(parameters: Record<string, string>, use: (host: Host) => Promise<void>): Promise<void> {
  const [here, there] = [`bhip${process.pid}`, `bhipn${process.pid}`];
  const [ip, neighbour] = [ipOf(here), ipOf(there)];
  for (const space of [here, there]) execFileSync("ip", ["netns", "add", space]);
  try {
    ip("link", "add", "bh0", "type", "veth", "peer", "name", "bh1", "netns", there);
    for (const on of [ip, neighbour]) on("link", "set", "lo", "up");
    ip("link", "set", "bh0", "up");
    neighbour("link", "set", "bh1", "up");
    ip("addr", "add", "192.0.2.1/24", "dev", "bh0");
    neighbour("addr", "add", "192.0.2.2/24", "dev", "bh1");
    const one = await agent("ip-address", { nic: "bh0", ...parameters });
    const run: Host["run"] = (action, more = {}) =>
      one.run(action, { netns: here, OCF_RESKEY_CRM_meta_interval: "5000", ...more });
    await use({ agent: one, run, ip, neighbour });
    await run("stop");
  } finally {
    for (const space of [here, there]) execFileSync("ip", ["netns", "delete", space]);
  }
}

const addressesOf = ({ ip }: Host): string[] =>
  [...ip("-o", "-4", "addr", "show", "dev", "bh0").matchAll(/inet (\S+)/g)].map(
    ([, address]) => address ?? "",
  );

describe.skipIf(!canRunOcf)("ip-address", () => {
  it("puts the address beside the host's own, and takes only that away, twice each", async () => {
    await onHost({ ip: "192.0.2.50", cidr_netmask: "24" }, async (host) => {
      expect(await host.run("monitor")).toBe(ocf.notRunning);
      for (let times = 0; times < 2; times += 1) expect(await host.run("start")).toBe(ocf.success);
      expect(await host.run("monitor")).toBe(ocf.success);
      expect(addressesOf(host)).toEqual(["192.0.2.1/24", "192.0.2.50/24"]);
      for (let times = 0; times < 2; times += 1) expect(await host.run("stop")).toBe(ocf.success);
      expect(await host.run("monitor")).toBe(ocf.notRunning);
      expect(addressesOf(host)).toEqual(["192.0.2.1/24"]);
    });
  });

  it("does not take an address for its own that only begins like it", async () => {
    await onHost({ ip: "192.0.2.5", cidr_netmask: "24" }, async (host) => {
      host.ip("addr", "add", "192.0.2.50/24", "dev", "bh0");
      expect(await host.run("monitor")).toBe(ocf.notRunning);
      expect(await host.run("stop")).toBe(ocf.success);
      expect(addressesOf(host)).toEqual(["192.0.2.1/24", "192.0.2.50/24"]);
    });
  });

  it("takes the address away with whatever prefix it stands there", async () => {
    await onHost({ ip: "192.0.2.50", cidr_netmask: "32" }, async (host) => {
      host.ip("addr", "add", "192.0.2.50/24", "dev", "bh0");
      expect(await host.run("stop")).toBe(ocf.success);
      expect(addressesOf(host)).toEqual(["192.0.2.1/24"]);
      expect(await host.run("start")).toBe(ocf.success);
      expect(addressesOf(host)).toEqual(["192.0.2.1/24", "192.0.2.50/32"]);
    });
  });

  it("tells a neighbour who believed the other node", async () => {
    await onHost({ ip: "192.0.2.50", cidr_netmask: "24" }, async (host) => {
      const other = "192.0.2.50 lladdr 02:00:00:00:00:09 dev bh1 nud stale";
      host.neighbour("neigh", "replace", ...other.split(" "));
      const mac = /link\/ether (\S+)/.exec(host.ip("link", "show", "dev", "bh0"))?.[1] ?? "none";
      await host.run("start");
      await expect.poll(() => host.neighbour("neigh", "show", "192.0.2.50")).toContain(mac);
    });
  });

  it("fails without a carrier, is still there for a probe, and does not start", async () => {
    await onHost({ ip: "192.0.2.50", cidr_netmask: "24" }, async (host) => {
      await host.run("start");
      host.neighbour("link", "set", "bh1", "down");
      await expect.poll(() => host.run("monitor")).toBe(ocf.failed);
      expect(host.agent.reason()).toBe("bh0 has no carrier");
      expect(await host.run("monitor", { OCF_RESKEY_CRM_meta_interval: "0" })).toBe(ocf.success);
      expect(await host.run("stop")).toBe(ocf.success);
      expect(await host.run("start")).toBe(ocf.notInstalled);
    });
  });

  it("leaves an IPv6 address to the stock agent, and looks at it itself", async () => {
    await onHost({ ip: "fd77::50", cidr_netmask: "64" }, async (host) => {
      expect(await host.run("monitor")).toBe(ocf.notRunning);
      expect(await host.run("start")).toBe(ocf.success);
      expect(host.ip("-6", "addr", "show", "dev", "bh0")).toContain("fd77::50/64");
      expect(await host.run("monitor")).toBe(ocf.success);
      host.neighbour("link", "set", "bh1", "down");
      await expect.poll(() => host.run("monitor")).toBe(ocf.failed);
      expect(await host.run("stop")).toBe(ocf.success);
      expect(await host.run("monitor")).toBe(ocf.notRunning);
    });
  });

  it("says what is wrong when the interface is not there", async () => {
    await onHost({ ip: "192.0.2.50", nic: "nowhere" }, async (host) => {
      expect(await host.run("monitor")).toBe(ocf.notRunning);
      expect(await host.run("start")).toBe(ocf.failed);
      expect(host.agent.reason()).toContain("192.0.2.50 could not be put on nowhere");
      expect(await host.run("stop")).toBe(ocf.success);
      expect(await host.run("promote")).toBe(ocf.unimplemented);
      expect(await host.run("start", { OCF_RESKEY_ip: "" })).toBe(ocf.notConfigured);
    });
  });
});
