/** The back tier: the node that owns the group loses its power, and the peer serves. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { owner, whole } from "./fleet.ts";
import { inClient, inNode, lab, tiers, until } from "./system.ts";

interface Probe {
  at: number;
  host: string | null;
  status: number | null;
}

/** A failover takes some seconds, on a machine that does much else some tens; times are told, not judged. */
const patienceMs = 100_000;

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
    await inNode("client", ["rm", "-f", "/tmp/stop-pages", "/tmp/stop-pages.running"]);
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
      (await inNode("client", ["test", "-e", "/tmp/stop-pages.running"])).code === 0 ? true : null,
    );
    const killedAt = Date.now();
    await lab({ verb: "kill", node: first });
    await until(
      "the peer to own the group",
      async () => ((await owner()) === peer ? true : null),
      patienceMs,
    );
    const later = await until("the database to count again", visits, patienceMs);
    const servesMs = Date.now() - killedAt;
    await inNode("client", ["touch", "/tmp/stop-pages"]);
    const probes = await probing;
    const bad = probes.filter(({ at, status }) => at >= killedAt && status !== 200);
    const outageMs = Math.max(killedAt, ...bad.map(({ at }) => at)) - killedAt;
    console.log(
      `owner ${first} killed: pages whole again after ${outageMs} ms (${bad.length} of ${probes.length} bad), seen on ${peer} after ${servesMs} ms`,
    );
    expect(later).toBeGreaterThan(counted);
    // The front tier was there all the time: whoever was answered was told honestly that the back end is away.
    const answered = bad.flatMap(({ status }) => status ?? []);
    expect(answered.length).toBeGreaterThan(0);
    expect([...new Set(answered)]).toEqual([503]);
  });

  it("gets the killed node back by itself, fenced and rebooted", async () => {
    const areUp = async () => {
      const { nodes } = (await lab({ verb: "status" })) as unknown as {
        nodes: { name: string; power: string }[];
      };
      return nodes.filter(({ name }) => name.startsWith("db-")).every(({ power }) => power === "on")
        ? true
        : null;
    };
    await until("both nodes to be up", areUp, patienceMs);
    await whole();
    const mounted = await Promise.all(
      ["db-1", "db-2"].map(async (node) =>
        (await inNode(node, ["grep", "-c", " /srv/sql ", "/proc/mounts"])).stdout.trim(),
      ),
    );
    expect(mounted.sort()).toEqual(["0", "1"]);
  });
});
