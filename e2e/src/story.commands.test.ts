/** What an admin does with the front tier: commands to hosts and port rules, probes, questions, delivery modes. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { applyEdited, hosts, servedBy, snapshot, steadyTraffic, webHosts, whole } from "./fleet.ts";
import { bulkhead, inClient, inNode, tiers, until, vip } from "./system.ts";

const vip6 = "fd77::100";

interface Spread {
  byHost: Record<string, number>;
  failed: number;
}

const spread = (count: number, address = vip, port = 80) =>
  inClient<Spread>("spread.mjs", `${count}`, address, `${port}`);

/** Who serves the single-host rule. */
async function admin(): Promise<string[]> {
  const { byHost, failed } = await spread(10, vip, 8081);
  return failed === 0 ? Object.keys(byHost) : ["nobody"];
}

/** The command line's answer; a code other than the expected one shows what it said. */
async function command(expected: number, ...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await bulkhead("wlbs", ...args);
  expect(code, `bulkhead wlbs ${args.join(" ")}\n${stdout}${stderr}`).toBe(expected);
  return stdout + stderr;
}

async function stateOf(node: string): Promise<string | undefined> {
  return (await hosts()).find((host) => host.node === node)?.status?.state;
}

/** True as soon as one of `count` attempts succeeds. */
async function attempts(count: number, attempt: () => Promise<boolean>): Promise<boolean> {
  for (let left = count; left > 0; left -= 1) if (await attempt()) return true;
  return false;
}

describe.skipIf(!tiers.includes("front"))("the admin of the front tier", () => {
  beforeAll(async () => {
    await inNode("client", ["sh", "-c", "rm -f /tmp/stop-hold /tmp/held"]);
    await whole();
    await steadyTraffic("stop");
  });
  afterAll(async () => {
    await inNode("web-3", ["systemctl", "start", "shop"]);
    await inNode("client", ["sh", "-c", "touch /tmp/stop-hold; rm -f /tmp/held"]);
    await steadyTraffic("start");
    await whole();
  });

  it("serves both address families from all hosts", async () => {
    for (const address of [vip, vip6]) {
      const { byHost, failed } = await spread(60, address);
      expect(failed).toBe(0);
      expect(Object.keys(byHost).sort()).toEqual(webHosts);
    }
  });

  it("says before a packet comes which host will take it", async () => {
    for (const port of ["41001", "41002", "41003"]) {
      const question = ["filter", "web", "--from", `10.77.0.200:${port}`, "--to", `${vip}:80`, "--json"];
      const answers = JSON.parse(await command(0, ...question)) as {
        node: string;
        data: { accepts: boolean };
      }[];
      const takers = answers.filter(({ data }) => data.accepts).map(({ node }) => node);
      const answered = await inClient<string>("ask.mjs", vip, "80", "10.77.0.200", port);
      expect(takers).toEqual([answered]);
    }
  });

  it("moves a single-host rule to the next priority and back", async () => {
    expect(await admin()).toEqual(["web-1"]);
    await command(0, "disable", "web:web-1", "all:8081");
    await until("web-2 to serve the rule", async () => ((await admin()).join() === "web-2" ? true : null));
    await command(0, "enable", "web:web-1", "all:8081");
    await until("web-1 to serve the rule again", async () =>
      (await admin()).join() === "web-1" ? true : null,
    );
    expect(await command(1, "disable", "web:web-1", "all:9999")).toContain("not-found");
  });

  it("drains with a deadline, cuts what is left, and harms nobody else", async () => {
    const holding = inClient<{ host: string | null; broken: boolean }[]>(
      "hold.mjs",
      "60",
      "/tmp/stop-hold",
      "/tmp/held",
    );
    await until("60 connections to tick", async () =>
      (await inNode("client", ["test", "-e", "/tmp/held"])).code === 0 ? true : null,
    );
    await command(0, "drainstop", "web:web-2", "--deadline", "6s");
    // Connections are counted every other second: what is shown first may be from before they came.
    await until("web-2 to drain and to say what it waits for", async () => {
      const host = (await hosts()).find(({ node }) => node === "web-2");
      return host?.status?.state === "draining" && host.status.drain?.openConnections ? true : null;
    });
    await until("web-2 to be stopped by the deadline", async () =>
      (await stateOf("web-2")) === "stopped" ? true : null,
    );
    await until("the others to serve everything", () => servedBy(["web-1", "web-3"]));
    await inNode("client", ["rm", "-f", "/tmp/held"]);
    await inNode("client", ["touch", "/tmp/stop-hold"]);
    const held = await holding;
    expect(held.filter(({ host, broken }) => host !== "web-2" && broken)).toEqual([]);
    await command(0, "start", "web:web-2");
    await until("all to serve", () => servedBy(webHosts));
  });

  it("suspends a host until it is resumed", async () => {
    await command(0, "suspend", "web:web-3");
    await until("the others to serve everything", () => servedBy(["web-1", "web-2"]));
    expect(await stateOf("web-3")).toBe("suspended");
    expect(await command(1, "start", "web:web-3")).toContain("suspended");
    await command(0, "resume", "web:web-3");
    expect(await stateOf("web-3")).not.toBe("converged");
    await command(0, "start", "web:web-3");
    await until("all to serve", () => servedBy(webHosts));
  });

  it("takes a rule from the host whose service fails, and gives it back", async () => {
    await inNode("web-3", ["systemctl", "stop", "shop"]);
    const failing = await until("the probe to fail", async () => {
      const rule = (await hosts())
        .find(({ node }) => node === "web-3")
        ?.status?.rules.find(({ name }) => name === "http");
      return rule?.health === "failing" && rule.ownedCount === 0 ? rule : null;
    });
    expect(failing.healthText).not.toBe("");
    const { byHost, failed } = await spread(60);
    expect(failed).toBe(0);
    expect(Object.keys(byHost).sort()).toEqual(["web-1", "web-2"]);
    await inNode("web-3", ["systemctl", "start", "shop"]);
    await until("all to serve", () => servedBy(webHosts));
  });

  it("obeys on the node itself, without the controller", async () => {
    const { code, stdout } = await inNode("web-1", ["bulkhead-agent", "wlbs", "query"]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/converged \(as DEFAULT\) with the following host\(s\).*1, 2, 3/);
    const drained = await inNode("web-1", ["bulkhead-agent", "wlbs", "drain", "all:80"]);
    expect(drained.code, drained.stderr).toBe(0);
    await until("the others to take the rule", async () => {
      const { byHost, failed } = await spread(30);
      return failed === 0 && byHost["web-1"] === undefined ? true : null;
    });
    expect((await inNode("web-1", ["bulkhead-agent", "wlbs", "enable", "all"])).code).toBe(0);
    await until("all to serve", () => servedBy(webHosts));
  });

  it("changes the heartbeat key and loses nobody meanwhile", async () => {
    // A gap between two keys would show every time; a busy machine may lose a host once.
    const kept = await attempts(3, async () => {
      await until("all to serve", () => servedBy(webHosts));
      const before = (await snapshot()).wlbs[0]?.epoch;
      await command(0, "rotate-key", "web");
      await until("the new key to be the only one", async () =>
        (await snapshot()).wlbs[0]?.keyRotation?.step === "done" ? true : null,
      );
      return (await snapshot()).wlbs[0]?.epoch === before;
    });
    expect(kept).toBe(true);
  });

  it.each(["unicast", "igmp", "direct", "multicast"])("delivers in %s mode", async (mode) => {
    const edit = (yaml: string) => yaml.replace(/mode: (multicast|unicast|igmp|direct)\n/, `mode: ${mode}\n`);
    expect(await applyEdited(edit)).toMatchObject({ state: "done" });
    expect((await snapshot()).wlbs[0]?.mode).toBe(mode);
    await until("all to serve", () => servedBy(webHosts));
    for (const address of [vip, vip6]) {
      const { byHost } = await until(`all hosts to answer at ${address}`, async () => {
        const seen = await spread(60, address);
        return seen.failed === 0 && Object.keys(seen.byHost).length === webHosts.length ? seen : null;
      });
      expect(Object.keys(byHost).sort()).toEqual(webHosts);
    }
  });
});
