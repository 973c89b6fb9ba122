import type { WlbsPolicy, WlbsStatus } from "@bulkhead/core/wlbs";
import { describe, expect, it } from "vitest";
import { HandClock } from "../testing/hand-clock.ts";
import { wlbsStatus } from "../testing/statuses.ts";
import { ChangeFeed } from "./feed.ts";
import { LiveFleet } from "./live-fleet.ts";
import { wlbsView } from "./wlbs-view.ts";

const names = ["web-1", "web-2", "web-3"];
const policy: WlbsPolicy = {
  cluster: "web",
  vip: "10.77.0.100",
  vipPrefixLength: 24,
  mode: "multicast",
  clusterMac: "03:bf:0a:4d:00:64",
  heartbeat: { periodMs: 100, tolerance: 3 },
  hosts: names.map((node, at) => ({
    node,
    hostId: at + 1,
    dedicatedIp: `10.77.0.${at + 1}`,
    prefixLength: 24,
    interface: "eth0",
    initialState: "started",
  })),
  rules: [],
  hashSeed: 1,
  heartbeatGroup: "239.255.0.100",
  heartbeatPort: 2504,
};

function setUp() {
  const clock = new HandClock();
  const live = new LiveFleet(clock, new ChangeFeed(clock));
  const say = (node: string, changes: Partial<WlbsStatus> = {}) => live.status(node, wlbsStatus(changes));
  for (const name of names) live.online(name);
  return { clock, live, say, view: () => wlbsView(policy, live, clock.nowMs()) };
}

describe("wlbsView", () => {
  it.each([
    [["converged", "converged", "converged"], "converged"],
    [["converged", "converging", "draining"], "converging"],
    [["converged", "draining", "stopped"], "draining"],
    [["converged", "stopped", "stopped"], "converged"],
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

  it("calls two coordinators a split only when both mean it", () => {
    const { clock, say, view } = setUp();
    say("web-1", { isDefaultHost: true, epoch: "7.1" });
    say("web-2", { isDefaultHost: true, epoch: "7.2" });
    expect(view().state).toBe("converged");
    clock.turn(2_000);
    say("web-1", { isDefaultHost: true, epoch: "7.1" });
    say("web-2", { isDefaultHost: true, epoch: "7.2" });
    expect(view()).toMatchObject({
      state: "split",
      why: expect.stringMatching(/web-1 \(epoch 7\.1.*web-2 \(epoch 7\.2/),
    });
  });

  it("shows the table of the newest epoch", () => {
    const { say, view } = setUp();
    say("web-1", { epoch: "9.1", table: "old" });
    say("web-2", { epoch: "10.1", table: "new" });
    expect(view()).toMatchObject({ epoch: "10.1", table: "new" });
  });
});
