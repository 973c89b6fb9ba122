import { describe, expect, it } from "vitest";
import { planFleet, planText } from "./index.ts";
import { sampleIntent, sampleInventory } from "./sample.ts";
import type { Intent, Plan } from "./types.ts";

function planned(intent: Intent, parent: { hash: string; plan: Plan } | null = null): Plan {
  const { plan, refusals } = planFleet({ intent, inventory: sampleInventory(), parent });
  return plan ?? expect.fail(JSON.stringify(refusals));
}

describe("planFleet", () => {
  it("gives every named node one policy", () => {
    const { policies, changes } = planned(sampleIntent());
    expect(Object.entries(policies).map(([node, { service }]) => `${node} ${service}`)).toEqual([
      "db-1 mscs",
      "db-2 mscs",
      "web-1 wlbs",
      "web-2 wlbs",
      "web-3 wlbs",
      "witness-1 witness",
    ]);
    expect(changes).toHaveLength(6);
    expect(changes[2]?.lines).toEqual(["joins WLBS cluster web with virtual IP 10.77.0.100"]);
  });

  it("derives the cluster MAC, and sorts resources dependencies first", () => {
    const { policies } = planned(sampleIntent());
    const [front, back] = [policies["web-1"], policies["db-1"]];
    expect(front?.service === "wlbs" && front.wlbs.clusterMac).toBe("03:bf:0a:4d:00:64");
    expect(back?.service === "mscs" && back.mscs.groups[0]?.resources.map(({ name }) => name)).toEqual([
      "disk",
      "ip",
      "db",
    ]);
    expect(back?.service === "mscs" && back.mscs.nodes.map(({ address }) => address)).toEqual([
      "10.77.0.11",
      "10.77.0.12",
    ]);
  });

  it("is the same text for the same input, whatever the order of keys", () => {
    const reversed = sampleIntent();
    reversed.wlbs.web = Object.fromEntries(Object.entries(reversed.wlbs.web ?? {}).reverse()) as never;
    expect(planText(planned(reversed))).toBe(planText(planned(sampleIntent())));
  });

  it("says that nothing changes when nothing does", () => {
    const plan = planned(sampleIntent());
    const report = planFleet({
      intent: sampleIntent(),
      inventory: sampleInventory(),
      parent: { hash: "h", plan },
    });
    expect(report.summary).toBe("Nothing changes");
    expect(report.plan?.parent).toBe("h");
  });

  it("releases a node that lost its part, and keeps the others", () => {
    const before = planned(sampleIntent());
    const intent = sampleIntent();
    delete intent.wlbs.web?.hosts["web-3"];
    const after = planned(intent, { hash: "h", plan: before });
    expect(after.policies["web-3"]?.service).toBe("none");
    expect(after.changes.map(({ node }) => node)).toEqual(["web-1", "web-2", "web-3"]);
    expect(after.changes[2]?.lines).toEqual([
      "leaves WLBS cluster web (its connections end); has no service any more",
    ]);
  });

  it("returns refusals instead of a plan", () => {
    const intent = sampleIntent();
    intent.mscs.data?.nodes.splice(0, 1, "web-1");
    const report = planFleet({ intent, inventory: sampleInventory(), parent: null });
    expect(report.plan).toBeNull();
    expect(report.refusals.map(({ rule }) => rule)).toEqual(["R1", "R27"]);
    expect(report.summary).toBe("Refused: 2 rules are broken");
  });
});
