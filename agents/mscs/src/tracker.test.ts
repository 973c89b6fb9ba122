/** When the tracker looks, what it tells, what it keeps, and when it takes a group offline. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type AlertEvent,
  type ClusterView,
  sampleGroup,
  sampleGroupView,
  samplePair,
  sampleView,
} from "@bulkhead/core/mscs";
import { FakePacemakerRunner } from "@bulkhead/pacemaker";
import { type Clock, silentLogger } from "@bulkhead/runtime";
import { expect, it } from "vitest";
import { createTracker } from "./tracker.ts";
import type { Beat, TriggerListener, Triggers } from "./tracker-triggers.ts";

const policy = samplePair({ groups: [sampleGroup({ failover: { threshold: 1, periodHours: 6 } })] });
const online = (owner: string, change: Partial<ClusterView> = {}) =>
  sampleView({ groups: [sampleGroupView({ owner, since: 1000, failovers: null })], ...change });
const lost = (dc = "db-2") =>
  online("db-2", {
    dc,
    nodes: [
      { name: "db-1", state: "down", pause: null },
      { name: "db-2", state: "up", pause: null },
    ],
  });

/** Time passes by hand; `settle` lets everything run that is due. */
function handClock() {
  let now = 0;
  let timers: { at: number; wake: () => void }[] = [];
  const clock: Clock = {
    nowMs: () => now,
    monotonicMs: () => now,
    after(delayMs, wake) {
      const timer = { at: now + delayMs, wake };
      timers.push(timer);
      return () => {
        timers = timers.filter((other) => other !== timer);
      };
    },
  };
  async function settle(): Promise<void> {
    for (let round = 0; round < 50; round += 1) {
      await new Promise((resolve) => setImmediate(resolve));
      const due = timers.filter(({ at }) => at <= now);
      timers = timers.filter(({ at }) => at > now);
      for (const { wake } of due) wake();
    }
  }
  async function pass(ms: number): Promise<void> {
    for (let left = ms; left > 0; left -= 50) {
      now += 50;
      await settle();
    }
  }
  return { clock, settle, pass };
}

async function bench(options: { node?: string; stateDir?: string; view?: ClusterView } = {}) {
  const { node = "db-1" } = options;
  const stateDir = options.stateDir ?? (await mkdtemp(join(tmpdir(), "bulkhead-tracker-")));
  const { clock, settle, pass } = handClock();
  const runner = new FakePacemakerRunner(options.view ?? online("db-1"));
  const looks = { engine: 0, all: 0 };
  const read = runner.read.bind(runner);
  runner.read = () => {
    looks.engine += 1;
    return read();
  };
  runner.readAll = () => {
    looks.all += 1;
    return read();
  };
  let edits = 0;
  runner.edit = () => {
    edits += 1;
    return Promise.resolve();
  };
  let listener: TriggerListener = { onEngine() {}, onLinks() {} };
  const outside: { beat: Beat; alerts: AlertEvent[]; isHearing: boolean } = {
    beat: { daemons: [], isChanged: false },
    alerts: [],
    isHearing: true,
  };
  const triggers: Triggers = {
    start: (given) => {
      listener = given;
    },
    alerts: () => Promise.resolve(outside.alerts.splice(0)),
    beat: () => Promise.resolve(outside.beat),
    isHearing: () => outside.isHearing,
    stop() {},
  };
  let told = 0;
  const context = { node, clock, log: silentLogger, stateDir, onStatus: () => (told += 1) };
  const tracker = createTracker({ context, cluster: "data", runner, policy: () => policy, triggers });
  tracker.start();
  await settle();
  return {
    tracker,
    runner,
    looks,
    outside,
    stateDir,
    pass,
    settle,
    onEngine: () => listener.onEngine(),
    onLinks: () => listener.onLinks(),
    told: () => told,
    edits: () => edits,
    async [Symbol.asyncDispose]() {
      tracker.stop();
      await rm(stateDir, { recursive: true, force: true });
    },
  };
}

it("looks at once when it is told of a change, and again until things have settled", async () => {
  await using it = await bench();
  await it.pass(4000);
  const before = it.looks.engine + it.looks.all;
  it.runner.view = online("db-2");
  it.onEngine();
  await it.settle();
  expect(it.tracker.status().view.groups[0]?.owner).toBe("db-2");
  expect(it.looks.engine + it.looks.all).toBe(before + 1);
  it.runner.view = online("db-2", { isMaintenance: true });
  await it.pass(500);
  expect(it.tracker.status().view.isMaintenance).toBe(true);
});

it("costs little while nothing changes: a look every ten seconds, and tells nobody", async () => {
  await using it = await bench();
  await it.pass(4000);
  const before = it.looks.engine + it.looks.all;
  const told = it.told();
  await it.pass(30_000);
  expect(it.looks.engine + it.looks.all - before).toBeLessThanOrEqual(3);
  expect(it.told()).toBe(told);
  expect(it.tracker.status().seenAt).toBeGreaterThanOrEqual(33_000);
});

it("looks each second while nobody tells it of changes", async () => {
  await using it = await bench();
  it.outside.isHearing = false;
  await it.pass(5000);
  const before = it.looks.engine;
  await it.pass(10_000);
  expect(it.looks.engine - before).toBeGreaterThanOrEqual(6);
});

it("asks Corosync too when links, witness or daemons have changed", async () => {
  await using it = await bench();
  await it.pass(4000);
  const before = it.looks.all;
  it.onLinks();
  await it.settle();
  expect(it.looks.all).toBe(before + 1);
  await it.pass(4000);
  it.outside.beat = { daemons: [{ name: "pacemakerd", running: false }], isChanged: true };
  await it.pass(750);
  expect(it.looks.all).toBeGreaterThan(before + 1);
  expect(it.tracker.status().daemons).toEqual([{ name: "pacemakerd", running: false }]);
});

it("does not say that an old view is fresh while a look hangs", async () => {
  await using it = await bench();
  await it.pass(4000);
  const { seenAt } = it.tracker.status();
  it.runner.read = () => new Promise(() => {});
  it.runner.readAll = it.runner.read;
  it.onEngine();
  await it.pass(5000);
  expect(it.tracker.status().seenAt).toBeLessThanOrEqual(seenAt! + 700);
});

it("tells of a failover and still knows it after a restart", async () => {
  await using it = await bench({ node: "db-2" });
  await it.pass(1000);
  it.runner.view = lost();
  it.onEngine();
  await it.settle();
  const told = it.tracker.status().failovers;
  expect(told).toMatchObject([
    { id: "sql@1000", cause: "node-lost", from: "db-1", to: "db-2", outcome: "online" },
  ]);
  it.tracker.stop();
  await using again = await bench({ node: "db-2", stateDir: it.stateDir, view: lost() });
  expect(again.tracker.status().failovers).toEqual(told);
});

it("begins anew with a history that it cannot read", async () => {
  const stateDir = await mkdtemp(join(tmpdir(), "bulkhead-tracker-"));
  await writeFile(join(stateDir, "failovers.json"), "{ torn");
  await using it = await bench({ stateDir });
  expect(it.tracker.status()).toMatchObject({ failovers: [], lastError: null, view: { engineBlind: null } });
});

it("says so when the history cannot be kept, and goes on", async () => {
  await using it = await bench({ node: "db-2" });
  await rm(it.stateDir, { recursive: true });
  await writeFile(it.stateDir, "not a directory");
  it.runner.view = lost();
  it.onEngine();
  await it.settle();
  expect(it.tracker.status().lastError).toContain("cannot be kept over a restart");
  expect(it.tracker.status().failovers).toHaveLength(1);
});

/** Two failovers where one is allowed. */
async function failTwice(it: Awaited<ReturnType<typeof bench>>, dc: string): Promise<void> {
  await it.pass(1000);
  it.runner.view = lost(dc);
  it.onEngine();
  await it.settle();
  expect(it.edits()).toBe(0);
  const back = online("db-1", {
    dc,
    nodes: [
      { name: "db-1", state: "up", pause: null },
      { name: "db-2", state: "down", pause: null },
    ],
    groups: [sampleGroupView({ owner: "db-1", since: 9000, failovers: null })],
  });
  it.runner.view = back;
  it.onEngine();
  await it.settle();
}

it("takes a group offline at one failover more than its limit, on the coordinator's node", async () => {
  await using it = await bench();
  await failTwice(it, "db-1");
  expect(it.edits()).toBeGreaterThanOrEqual(1);
  expect(it.tracker.status().view.groups[0]?.failovers).toEqual({ count: 2, isHalted: false });
});

it("leaves that to the coordinator's node for a while, then does it", async () => {
  await using it = await bench();
  await failTwice(it, "db-2");
  expect(it.edits()).toBe(0);
  await it.pass(12_000);
  it.onEngine();
  await it.settle();
  expect(it.edits()).toBeGreaterThanOrEqual(1);
});
