/** What the lane says of the lease, on a fake kernel whose renewals come when the test says so. */
import { BUCKET_COUNT, type DataPlane, MARK } from "@bulkhead/core/wlbs";
import { type Clock, silentLogger } from "@bulkhead/runtime";
import { expect, test } from "vitest";
import { FakeEngine } from "../testing/fake-engine.ts";
import { KernelLane } from "./kernel-lane.ts";
import { LapseLog } from "./lapse-log.ts";

const plane: DataPlane = {
  generation: 1,
  cluster: "web",
  hostId: 1,
  mode: "multicast",
  vips: [{ address: "192.0.2.100", prefixLength: 24 }],
  clusterMac: "03:bf:c0:00:02:64",
  interface: "eth0",
  dedicatedIp: "192.0.2.1",
  hashSeed: 7,
  rules: [],
  tables: [{ marks: new Uint8Array(BUCKET_COUNT).fill(MARK.owned), owners: null, drainers: [] }],
  unruled: "owned",
  answersEcho: true,
  isFront: false,
  peers: [],
  heartbeatGroup: "239.255.2.100",
  heartbeatPort: 2504,
  leaseMs: 0,
  longestLeaseMs: 300,
};

async function leasedAt(startMs: number) {
  const time = { now: startMs };
  const lapses: number[] = [];
  const errors: (string | null)[] = [];
  const engine = new FakeEngine(() => time.now);
  const lane = new KernelLane({
    engine,
    log: silentLogger,
    now: () => time.now,
    onInstalled: (_generation, error) => errors.push(error),
    onLapse: (outMs) => lapses.push(outMs),
    beforeRemoval: async () => undefined,
  });
  lane.carryOut({ kind: "install", plane, leaseUntil: startMs + 500 });
  await lane.idle();
  const renewAt = async (nowMs: number): Promise<void> => {
    time.now = nowMs;
    lane.carryOut({ kind: "renewLease", leaseUntil: nowMs + 500 });
    await lane.idle();
  };
  return { lane, lapses, time, renewAt, engine, errors };
}

test("a renewal in time is no gap, a late one is told with its length", async () => {
  const { lapses, renewAt } = await leasedAt(10_000);
  await renewAt(10_400);
  expect(lapses).toEqual([]);
  await renewAt(11_020);
  expect(lapses).toEqual([120]);
});

test("a lease counts as lost only when a client would have to ask twice", async () => {
  const { lane, time } = await leasedAt(10_000);
  time.now = 11_499;
  expect(lane.isLeaseAlive).toBe(true);
  time.now = 11_500;
  expect(lane.isLeaseAlive).toBe(false);
});

test("a plane that can neither be renewed nor put back is reported, so that others take over", async () => {
  const { lane, renewAt, engine, errors } = await leasedAt(10_000);
  engine.isDamaged = true;
  engine.failNext = "nft rejects the ruleset: no memory";
  await renewAt(10_200);
  expect(errors).toEqual([null, "nft rejects the ruleset: no memory"]);
  expect(lane.lastError).toBe("nft rejects the ruleset: no memory");
});

test("a packet filter that hangs is reported once, when the lease has been out for long", async () => {
  const { lane, time, engine, errors } = await leasedAt(10_000);
  let answer = (_isAlive: boolean): void => undefined;
  engine.renew = () => new Promise((resolve) => (answer = resolve));
  for (const now of [10_200, 11_900, 12_300, 12_500]) {
    time.now = now;
    lane.carryOut({ kind: "renewLease", leaseUntil: now + 500 });
    // The lane begins what it was given.
    await Promise.resolve();
  }
  expect(errors).toEqual([null, expect.stringContaining("has not answered for 2 s")]);
  engine.renew = async () => true;
  answer(true);
  await lane.idle();
  expect(errors).toHaveLength(2);
});

test("a stop is no gap, and what follows it neither", async () => {
  const { lane, lapses, time, renewAt } = await leasedAt(10_000);
  lane.carryOut({ kind: "remove", generation: 2 });
  await lane.idle();
  expect(lane.isLeaseAlive).toBe(false);
  time.now = 20_000;
  lane.carryOut({ kind: "install", plane: { ...plane, generation: 3 }, leaseUntil: 20_500 });
  await lane.idle();
  await renewAt(20_400);
  expect(lapses).toEqual([]);
});

test("gaps are logged at once, then once a minute in one line", () => {
  const told: Record<string, unknown>[] = [];
  let nowMs = 1_000;
  const clock: Clock = { nowMs: () => nowMs, monotonicMs: () => nowMs, after: () => () => undefined };
  const lapses = new LapseLog(clock, { ...silentLogger, warn: (fields) => told.push(fields) });
  for (const [at, outMs] of [
    [1_000, 20],
    [2_000, 700],
    [3_000, 30],
    [61_000, 40],
  ] as const) {
    nowMs = at;
    lapses.take(outMs);
  }
  expect(told).toEqual([
    { times: 1, longestMs: 20 },
    { times: 3, longestMs: 700 },
  ]);
});
