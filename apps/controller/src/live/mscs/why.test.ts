/** The one sentence about a pair: the worst first, and nothing that is too old to be true. */
import {
  type ClusterView,
  sampleGroupView,
  samplePair,
  samplePairStatus,
  sampleResourceView,
  sampleView,
} from "@bulkhead/core/mscs";
import type { StatusReport } from "@bulkhead/protocol";
import { describe, expect, it } from "vitest";
import { HandClock } from "../../testing/hand-clock.ts";
import { ChangeFeed } from "../feed.ts";
import { LiveFleet } from "../live-fleet.ts";
import { mscsView } from "./view.ts";

function setUp() {
  const clock = new HandClock();
  const live = new LiveFleet(clock, new ChangeFeed(clock));
  const witness: StatusReport = { service: "witness", witness: { running: true, lastError: null } };
  const report = (change: Partial<ClusterView> = {}) => {
    for (const node of ["db-1", "db-2"]) {
      live.online(node);
      live.status(node, { service: "mscs", mscs: samplePairStatus(node, sampleView(change)) });
    }
    live.online("witness-1");
    live.status("witness-1", witness);
  };
  const look = () => mscsView({ policy: samplePair(), live, failovers: [], now: clock.nowMs() });
  return { clock, live, report, look };
}

describe("why", () => {
  it("is nothing for a pair that is well, and protected", () => {
    const { report, look } = setUp();
    report();
    expect(look().why).toBeNull();
    expect(look().protection.isProtected).toBe(true);
  });

  it("tells how old the last view is, and who is silent, and nothing else", () => {
    const { clock, live, report, look } = setUp();
    expect(look().why).toMatch(/^No node of data has reported.*db-1 has not reported yet/);
    report({ groups: [sampleGroupView({ state: "failed" })] });
    clock.turn(60_000);
    live.offline("db-1");
    expect(look().why).toBe(
      "The last view is 60 s old (from db-1); nothing newer is known. db-1 has not been heard of for 60 s.",
    );
  });

  it("takes a view for as old as its node says, whatever the clock of the node", () => {
    const { clock, live, report, look } = setUp();
    report();
    const nodeClock = 5_000_000_000;
    for (const node of ["db-1", "db-2"]) {
      const status = { ...samplePairStatus(node), seenAt: nodeClock - 30_000 };
      live.status(node, { service: "mscs", mscs: status }, nodeClock);
    }
    expect(look().viewAt).toBe(clock.nowMs() - 30_000);
    expect(look().why).toBe("The last view is 30 s old (from db-1); nothing newer is known.");
  });

  it("tells whose clock is wrong, and by how much", () => {
    const { clock, live, report, look } = setUp();
    report();
    for (let times = 0; times < 3; times++) {
      const mscs = samplePairStatus("db-2");
      live.status("db-2", { service: "mscs", mscs }, clock.nowMs() + 42_000);
    }
    expect(look().why).toMatch(/^The clock of db-2 is 42\.0 s ahead of the controller's.*time service/);
  });

  it("is blindness before everything that the blind one says", () => {
    const { report, look } = setUp();
    report({ engineBlind: "crm_mon does not answer", hasQuorum: false });
    expect(look().why).toBe("db-1 cannot see the engine: crm_mon does not answer.");
  });

  it("says the worst first: quorum, unknown nodes, failed groups, then what is missing", () => {
    const { report, look } = setUp();
    const ip = sampleResourceView({ state: "failed", failCount: 2, lastFailure: "monitor timed out" });
    report({
      hasQuorum: false,
      nodes: [
        { name: "db-1", state: "up", pause: null },
        { name: "db-2", state: "unclean", pause: null },
      ],
      groups: [
        sampleGroupView({ name: "mail", state: "offline", isOrderedOffline: true, owner: null }),
        sampleGroupView({ state: "failed", resources: [ip] }),
      ],
      isMaintenance: true,
    });
    const why = look().why ?? "";
    const order = [
      "db-1 has no quorum",
      "db-2 is in an unknown state: it must be fenced",
      "Group sql is failed on db-1: ip failed 2 times (monitor timed out).",
      "Group mail is offline by order.",
      "in maintenance",
      "no node is left to take over",
    ].map((text) => why.indexOf(text));
    expect(order).not.toContain(-1);
    expect(order).toEqual(order.toSorted((a, b) => a - b));
  });

  it("tells each cause apart, by what it is and what it is about", () => {
    const { live, report, look } = setUp();
    report({
      groups: [
        sampleGroupView({ name: "mail", state: "offline", isOrderedOffline: true, owner: null }),
        sampleGroupView({ name: "web", state: "partial" }),
        sampleGroupView({ state: "failed" }),
      ],
      networks: [{ name: "service", role: "both", state: "down", interfaces: [] }],
      isMaintenance: true,
    });
    live.offline("witness-1");
    const { causes, why } = look();
    expect(causes.map(({ code, severity, about }) => `${code} ${severity} ${about?.name ?? "-"}`)).toEqual([
      "group error sql",
      "group warn web",
      "order note mail",
      "maintenance warn -",
      "network warn service",
      "silence warn witness-1",
    ]);
    expect(why).toBe(causes.map(({ text }) => text).join(" "));
  });

  it("counts one way for heartbeats as no lack of protection, beside a lack that is one", () => {
    const { report, look } = setUp();
    report({
      nodes: [
        { name: "db-1", state: "up", pause: null },
        { name: "db-2", state: "down", pause: null },
      ],
    });
    const { causes, protection } = look();
    expect(protection.warnings).toEqual([expect.stringContaining("one network only")]);
    expect(causes.map(({ text }) => text)).toEqual([expect.stringMatching(/^db-2 is down: .*take over\.$/)]);
  });

  it("does not call a pair protected of which a node was evicted", () => {
    const { report, look } = setUp();
    report({ nodes: [{ name: "db-1", state: "up", pause: null }] });
    expect(look().protection.isProtected).toBe(false);
    expect(look().why).toMatch(/^db-2 is no member of the pair .* Rebuild it/);
  });

  it("explains a group that its limit holds offline", () => {
    const { report, look } = setUp();
    const failovers = { count: 10, isHalted: true };
    report({
      groups: [sampleGroupView({ state: "offline", isOrderedOffline: true, owner: null, failovers })],
    });
    expect(look().why).toMatch(/sql is left offline: it has failed over 10 times/);
  });
});
