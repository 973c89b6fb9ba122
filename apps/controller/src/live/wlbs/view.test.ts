import { type ConvergenceRecord, type Finding, samplePolicy, type WlbsStatus } from "@bulkhead/core/wlbs";
import { describe, expect, it } from "vitest";
import { HandClock } from "../../testing/hand-clock.ts";
import { memberView, ruleView, wlbsStatus } from "../../testing/statuses.ts";
import { ChangeFeed } from "../feed.ts";
import { LiveFleet } from "../live-fleet.ts";
import { seenHosts } from "./seen.ts";
import { distributionOf, newestTables, tablesOf } from "./tables.ts";
import { wlbsView } from "./view.ts";

const policy = samplePolicy(3);
const names = policy.hosts.map(({ node }) => node);

function setUp() {
  const clock = new HandClock();
  const live = new LiveFleet(clock, new ChangeFeed(clock));
  const say = (node: string, changes: Partial<WlbsStatus> = {}) => live.status(node, wlbsStatus(changes));
  for (const name of names) live.online(name);
  const view = () => wlbsView({ policy, live, keyRotation: null, now: clock.nowMs() });
  return { clock, live, say, view };
}

describe("state and cause", () => {
  it.each([
    [["converged", "converged", "converged"], "converged"],
    [["converged", "converging", "draining"], "converging"],
    [["converged", "draining", "stopped"], "draining"],
    [["converged", "stopped", "stopped"], "converged"],
    [["stopped", "suspended", "stopped"], "suspended"],
    [["stopped", "stopped", "stopped"], "stopped"],
  ] as const)("%j is %s", (states, state) => {
    const { say, view } = setUp();
    states.forEach((one, at) => say(names[at] ?? "", { state: one }));
    expect(view().state).toBe(state);
    expect(view().why === null).toBe(states.every((one) => one === "converged"));
  });

  it("does not take an old report for the present", () => {
    const { clock, say, view } = setUp();
    for (const name of names) say(name);
    clock.turn(5_000);
    expect(view().state).toBe("unknown");
    expect(view().why).toContain("web-1 is connected but has not reported for 5 s");
    expect(view().hosts.map(({ isFresh }) => isFresh)).toEqual([false, false, false]);
  });

  it("says who is gone and for how long, while the others go on", () => {
    const { clock, live, say, view } = setUp();
    for (const name of names) say(name);
    live.offline("web-2");
    clock.turn(3_000);
    expect(view()).toMatchObject({
      state: "converged",
      why: expect.stringContaining("web-2 has not been heard of for 3 s"),
    });
  });

  it("says how many connections a drain waits for, and when they are cut", () => {
    const { clock, say, view } = setUp();
    for (const name of names) say(name);
    const drain = { since: 1, deadline: clock.nowMs() + 60_000, openConnections: 7, estimateS: 200 };
    say("web-2", { state: "draining", drain });
    expect(view().why).toContain("7 open connections are left, cut in 60 s");
    say("web-2", { state: "draining", drain: { ...drain, deadline: null } });
    expect(view().why).toContain("7 open connections are left, about 3 min more");
  });
});

describe("tables", () => {
  it("come from the newest epoch, and change their key with their content only", () => {
    const { clock, live, say, view } = setUp();
    say("web-1", { epoch: "9.1", tables: ["1x4096"] });
    say("web-2", { epoch: "10.1", tables: ["1x2048,2x2048"] });
    const key = view().tablesKey;
    expect(view()).toMatchObject({ epoch: "10.1", rules: [{ table: 0 }] });
    expect(tablesOf(newestTables(seenHosts(policy, live, clock.nowMs())))).toEqual({
      key,
      epoch: "10.1",
      tables: ["1x2048,2x2048"],
    });
    say("web-1", { epoch: "10.1", tables: ["1x2048,2x2048"], openConnections: 5 });
    expect(view().tablesKey).toBe(key);
    say("web-1", { epoch: "11.1", tables: ["1x2048,2x2048"] });
    expect(view().tablesKey).not.toBe(key);
  });

  it("are counted per rule, and do not travel with the hosts", () => {
    const { say, view } = setUp();
    say("web-1", { tables: ["2x4096", "1x1000,0x96,3x1000,1x2000"], rules: [ruleView({ table: 1 })] });
    expect(view().rules[0]?.distribution).toEqual([
      { hostId: 0, buckets: 96 },
      { hostId: 1, buckets: 3000 },
      { hostId: 3, buckets: 1000 },
    ]);
    expect(view().hosts[0]?.status).not.toHaveProperty("tables");
    expect(view().hosts[0]?.status).not.toHaveProperty("history");
  });

  it("that are none are counted as nothing", () => {
    expect(distributionOf("rubbish")).toEqual([]);
  });
});

describe("the heartbeat matrix", () => {
  const cellOf = (view: ReturnType<typeof wlbsView>, listener: number, speaker: number) =>
    view.heartbeats.find((cell) => cell.listener === listener && cell.speaker === speaker);

  it("has every ordered pair, and tells unheard from not running", () => {
    const { say, view } = setUp();
    say("web-1", { members: [memberView(2, { lostPercent: 4, probeHeard: false })] });
    say("web-2", { hostId: 2, members: [memberView(1), memberView(3, { lastHeardMsAgo: 9_000 })] });
    say("web-3", { hostId: 3, state: "stopped" });
    const seen = view();
    expect(seen.heartbeats).toHaveLength(6);
    expect(cellOf(seen, 1, 2)).toMatchObject({ verdict: "heard", lostPercent: 4, probeHeard: false });
    expect(cellOf(seen, 2, 3)).toMatchObject({ verdict: "unknown", lastHeardMsAgo: 9_000 });
    expect(cellOf(seen, 3, 1)).toMatchObject({ verdict: "unknown", lastHeardMsAgo: null });
    say("web-3", { hostId: 3, members: [memberView(1), memberView(2)] });
    expect(cellOf(view(), 1, 3)).toMatchObject({ verdict: "unheard", lostPercent: null });
    expect(cellOf(view(), 2, 3)).toMatchObject({ verdict: "unheard" });
    expect(cellOf(view(), 3, 1)).toMatchObject({ verdict: "heard" });
  });
});

describe("findings", () => {
  const blocked = (listener: string, speaker: string): Finding => ({
    kind: "cluster-mac-blocked",
    severity: "error",
    text: `Frames to the cluster MAC 03:bf:c0:00:02:64 from the port of ${speaker} do not reach ${listener}.`,
    cure: "Let the switch flood this MAC.",
    evidence: [`heartbeats of ${speaker} arrive at ${listener}, its probe frames do not`],
    since: 500,
  });

  it("of one kind are one, with the hosts and the evidence of every side", () => {
    const { say, view } = setUp();
    say("web-1");
    say("web-2", { findings: [blocked("web-2", "web-1"), blocked("web-2", "web-3")] });
    say("web-3", { findings: [{ ...blocked("web-3", "web-1"), since: 400 }] });
    const [finding, ...more] = view().findings;
    expect(more).toEqual([]);
    expect(finding).toMatchObject({
      text: "Frames to the cluster MAC 03:bf:c0:00:02:64 do not reach web-2 and web-3 from every host.",
      since: 400,
      hosts: ["web-1", "web-2", "web-3"],
    });
    expect(finding?.evidence).toContain(
      "web-3: heartbeats of web-1 arrive at web-3, its probe frames do not",
    );
  });

  it("keep two addresses that others claim apart, and put errors first", () => {
    const { say, view } = setUp();
    const claim = (vip: string): Finding => ({
      kind: "duplicate-vip",
      severity: "error",
      cure: "Find it.",
      evidence: ["x"],
      since: 9,
      text: `Another machine claims the virtual IP ${vip}: 52:54:00:00:00:01.`,
    });
    const warning: Finding = { ...claim(""), kind: "foreign-cluster", severity: "warn", text: "w", since: 1 };
    say("web-1", { findings: [warning, claim("192.0.2.100"), claim("192.0.2.101")] });
    say("web-2", { findings: [claim("192.0.2.100")] });
    const { findings } = view();
    expect(findings.map(({ kind, hosts }) => `${kind} ${hosts.join()}`)).toEqual([
      "duplicate-vip web-1,web-2",
      "duplicate-vip web-1",
      "foreign-cluster web-1",
    ]);
  });

  it("are those of the present only", () => {
    const { clock, say, view } = setUp();
    say("web-2", { findings: [blocked("web-2", "web-1")] });
    expect(view().findings).toHaveLength(1);
    clock.turn(5_000);
    expect(view().findings).toEqual([]);
  });

  it("call two coordinators a split only when both mean it, with both sides", () => {
    const { clock, say, view } = setUp();
    const one = { isDefaultHost: true, epoch: "7.1", members: [memberView(1)] };
    const other = { isDefaultHost: true, epoch: "7.2", hostId: 2, members: [memberView(2), memberView(3)] };
    say("web-1", one);
    say("web-2", other);
    expect(view()).toMatchObject({ state: "converged", findings: [] });
    clock.turn(2_000);
    say("web-1", one);
    say("web-2", other);
    expect(view()).toMatchObject({
      state: "split",
      why: expect.stringContaining("Two coordinators for 2 s"),
    });
    expect(view().findings[0]).toMatchObject({
      kind: "two-coordinators",
      hosts: ["web-1", "web-2"],
      evidence: ["web-1: epoch 7.1 with web-1", "web-2: epoch 7.2 with web-2 and web-3"],
    });
  });
});

describe("history", () => {
  const record = (epoch: string, changes: Partial<ConvergenceRecord> = {}): ConvergenceRecord => ({
    epoch,
    cause: "member-lost",
    text: "web-3 was lost",
    initiator: 3,
    members: [1, 2],
    startedAt: 100,
    endedAt: 900,
    ...changes,
  });

  it("tells each convergence once, in the words and by the clock of its coordinator", () => {
    const { say, view } = setUp();
    say("web-2", {
      hostId: 2,
      history: [record("4.1", { text: "told by web-2", startedAt: 7 }), record("3.1", { startedAt: 1 })],
    });
    say("web-1", { history: [record("4.1", { text: "told by web-1" })] });
    expect(view().history.map(({ epoch, text, seenBy }) => [epoch, text, seenBy.join()])).toEqual([
      ["4.1", "told by web-1", "web-1,web-2"],
      ["3.1", "web-3 was lost", "web-2"],
    ]);
  });

  it("knows an end that the coordinator did not live to see", () => {
    const { say, view } = setUp();
    say("web-2", { hostId: 2, history: [record("4.3", { endedAt: 500 })] });
    say("web-1", { history: [record("4.3", { endedAt: null })] });
    expect(view().history[0]?.endedAt).toBe(500);
  });
});
