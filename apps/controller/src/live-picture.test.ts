/** The live picture: what hosts report, joined with what is intended, and the violations that it shows. */
import type { Finding } from "@bulkhead/core/wlbs";
import { beforeAll, describe, expect, it } from "vitest";
import type { Outputs } from "./testing/rig.ts";
import { traffic, wlbsStatus } from "./testing/statuses.ts";
import { eventually, startStory } from "./testing/story.ts";

const story = startStory();

/** How often a violation of this rule was opened. */
async function opened(rule: string): Promise<number> {
  const records = await story.auditOf("violation.open");
  return records.filter(({ detail }) => JSON.stringify(detail["rules"]) === JSON.stringify([rule])).length;
}

beforeAll(() => story.deployAll(), 60_000);

describe("the live picture", () => {
  it("says converged, and who is away and for how long", async () => {
    await eventually(async () =>
      expect((await story.snapshot()).wlbs[0]).toMatchObject({ name: "web", state: "converged", why: null }),
    );
    await story.agent("web-3").disconnect();
    await eventually(async () =>
      expect((await story.snapshot()).wlbs[0]?.why).toMatch(/web-3 has not been heard of for \d+ s/),
    );
    story.agent("web-3").connect();
    await eventually(async () => expect((await story.snapshot()).wlbs[0]?.why).toBeNull());
  });

  it("finds two coordinators", async () => {
    story.agent("web-2").status = wlbsStatus({ isDefaultHost: true, hostId: 2, epoch: "4.2" });
    await eventually(async () => {
      const [web] = (await story.snapshot()).wlbs;
      expect(web?.state).toBe("split");
      expect(web?.why).toContain("Two coordinators");
    });
    await eventually(async () => expect(await opened("W-two-coordinators")).toBe(1));
    story.reportWell();
    await eventually(async () => expect((await story.snapshot()).wlbs[0]?.state).toBe("converged"));
    await eventually(async () => expect((await story.auditOf("violation.close")).length).toBe(1));
  });

  it("opens a violation for a finding of severity error, and closes it when it is gone", async () => {
    const finding: Finding = {
      kind: "duplicate-vip",
      severity: "error",
      since: Date.now(),
      text: "Another machine claims the virtual IP 10.77.0.100: 52:54:00:00:00:01.",
      cure: "Find the machine by its MAC.",
      evidence: ["52:54:00:00:00:01 answers it too"],
    };
    const startedAt = Date.now();
    story.agent("web-2").status = wlbsStatus({ hostId: 2, findings: [finding] });
    await eventually(async () => expect(await opened("W-duplicate-vip")).toBe(1));
    const [record] = await story.auditOf("violation.open");
    // A second or so when nothing else runs; wide for a machine that does other work.
    expect((record?.at ?? 0) - startedAt).toBeLessThan(10_000);
    expect(record).toMatchObject({ object: { kind: "wlbs-cluster", name: "web" }, outcome: "failed" });
    const { violations, wlbs } = await story.snapshot();
    expect(violations[0]).toMatchObject({ rule: "W-duplicate-vip", cure: finding.cure });
    expect(wlbs[0]?.findings[0]).toMatchObject({ kind: "duplicate-vip", hosts: ["web-2"] });
    story.reportWell();
    await eventually(async () => expect((await story.auditOf("violation.close")).length).toBe(2));
    expect((await story.snapshot()).violations).toEqual([]);
  });

  it("gives the tables for the key that the picture carries", async () => {
    const key = (await story.snapshot()).wlbs[0]?.tablesKey;
    const { data } = await story.rig.query<Outputs["wlbs"]["tables"]>("wlbs.tables", { cluster: "web" });
    expect(data).toEqual({ key, epoch: "3.1", tables: ["1x4096"] });
    expect((await story.rig.query("wlbs.tables", { cluster: "nope" })).status).toBe(404);
  });

  it("smooths rates", async () => {
    let packets = 0;
    const timer = setInterval(() => {
      packets += 100;
      story.agent("web-1").status = wlbsStatus({
        isDefaultHost: true,
        traffic: traffic({ acceptedPackets: packets, acceptedBytes: packets * 60 }),
      });
    }, 200);
    await eventually(async () => {
      const rates = (await story.snapshot()).wlbs[0]?.hosts[0]?.rates;
      expect(rates?.acceptedPacketsPerS).toBeGreaterThan(50);
      expect(rates?.acceptedBytesPerS).toBeGreaterThan(3000);
    }).finally(() => clearInterval(timer));
  });

  it("opens a violation when the other daemon is seen, and closes it", async () => {
    const web1 = story.agent("web-1");
    web1.servicesSeen = ["wlbs", "mscs"];
    web1.reportInventory();
    await eventually(async () =>
      expect((await story.snapshot()).violations.map(({ rule }) => rule)).toEqual(["R3"]),
    );
    await eventually(async () =>
      expect((await story.auditOf("violation.open"))[0]).toMatchObject({
        object: { kind: "node", name: "web-1" },
      }),
    );
    web1.servicesSeen = ["wlbs"];
    web1.reportInventory();
    await eventually(async () => expect((await story.auditOf("violation.close")).length).toBe(3));
    expect((await story.snapshot()).violations).toEqual([]);
  });

  it("streams over SSE", async () => {
    const end = new AbortController();
    const response = await fetch(`${story.rig.controller.url}/trpc/fleet.live`, {
      headers: { authorization: `Bearer ${story.rig.token}` },
      signal: end.signal,
    });
    let text = "";
    for await (const chunk of response.body ?? []) {
      text += Buffer.from(chunk).toString();
      if ((text.match(/"fleetName"/g) ?? []).length >= 3) break;
    }
    end.abort();
    expect(text).toMatch(/id: \d+/);
  });
});
