/** The back tier: the node that owns the group loses its power, and the peer serves. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { owner, whole } from "./fleet.ts";
import { inClient, inNode, lab, tiers, until } from "./system.ts";

interface Probe {
  at: number;
  host: string | null;
  status: number | null;
}

/** Visits counted by the database, as a page shows them. */
async function visits(): Promise<number | null> {
  const { stdout } = await inNode("web-1", [
    "curl",
    "-s",
    "-H",
    "accept: application/json",
    "http://127.0.0.1:8080/",
  ]);
  const page = JSON.parse(stdout) as { visits: { everywhere: number } | null };
  return page.visits?.everywhere ?? null;
}

describe.skipIf(!tiers.includes("back"))("back tier", () => {
  beforeAll(async () => {
    await inNode("client", ["rm", "-f", "/tmp/stop-pages"]);
    await whole();
  });
  afterAll(async () => {
    await inNode("client", ["touch", "/tmp/stop-pages"]);
    await whole();
  });

  it("serves the group on the peer after its owner was killed, and loses nothing that was written", async () => {
    const first = await until("an owner", owner);
    const peer = first === "db-1" ? "db-2" : "db-1";
    const counted = await until("the database to count", visits);
    const probing = inClient<Probe[]>("probe.mjs", "/", "/tmp/stop-pages", "50", "3000");
    await until("probes to run", async () =>
      (await inNode("client", ["pgrep", "-f", "stop-pages"])).code === 0 ? true : null,
    );
    const killedAt = Date.now();
    await lab({ verb: "kill", node: first });
    await until("the peer to own the group", async () => ((await owner()) === peer ? true : null));
    const later = await until("the database to count again", visits);
    const servesMs = Date.now() - killedAt;
    await inNode("client", ["touch", "/tmp/stop-pages"]);
    const probes = await probing;
    const bad = probes.filter(({ at, status }) => at >= killedAt && status !== 200);
    const outageMs = Math.max(killedAt, ...bad.map(({ at }) => at)) - killedAt;
    console.log(
      `owner ${first} killed: pages whole again after ${outageMs} ms (${bad.length} of ${probes.length} bad), seen on ${peer} after ${servesMs} ms`,
    );
    expect(bad.length).toBeGreaterThan(0);
    expect(outageMs).toBeLessThan(30_000);
    expect(later).toBeGreaterThan(counted);
    // The front tier was there all the time: pages said honestly that the back end is away.
    expect(bad.filter(({ status }) => status === 503).length).toBeGreaterThan(bad.length / 2);
  });

  it("gets the killed node back by itself, fenced and rebooted", async () => {
    await until("both nodes to be up", async () => {
      const { nodes } = (await lab({ verb: "status" })) as unknown as {
        nodes: { name: string; power: string }[];
      };
      return nodes.filter(({ name }) => name.startsWith("db-")).every(({ power }) => power === "on")
        ? true
        : null;
    });
    await whole();
    const mounted = await Promise.all(
      ["db-1", "db-2"].map(async (node) =>
        (await inNode(node, ["grep", "-c", " /srv/sql ", "/proc/mounts"])).stdout.trim(),
      ),
    );
    expect(mounted.sort()).toEqual(["0", "1"]);
  });
});
