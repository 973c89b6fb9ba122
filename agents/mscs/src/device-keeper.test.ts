/** The witness's vote is never risked while a node lives on it, and never left away where it is missing. */
import { samplePair } from "@bulkhead/core/mscs";
import { FakePacemakerRunner } from "@bulkhead/pacemaker";
import { silentLogger } from "@bulkhead/runtime";
import { expect, it } from "vitest";
import type { EngineTools } from "./bring-up.ts";
import { keepDevice, restartDevice } from "./device-keeper.ts";

const restart = "restart corosync-qdevice";
const policy = samplePair();
const allRun = () =>
  Promise.resolve([
    { running: true, pid: null },
    { running: true, pid: null },
  ]);

function keeper(change: Partial<FakePacemakerRunner>) {
  const runner = Object.assign(new FakePacemakerRunner("data"), change);
  runner.running.add("corosync").add("corosync-qdevice");
  let now = 0;
  const tools = { runner, log: silentLogger, clock: { monotonicMs: () => now } } as unknown as EngineTools;
  const lookLater = () => {
    now += 60_000;
    return keepDevice(tools, policy, allRun as unknown as Parameters<typeof keepDevice>[2]);
  };
  return { runner, tools, lookLater };
}

it("restarts it at once while both nodes are there", async () => {
  const { runner, tools } = keeper({});
  await restartDevice(tools);
  expect(runner.calls).toEqual([restart]);
});

it("waits on a node that is alone and lives on the vote, until the other is back", async () => {
  const { runner, tools, lookLater } = keeper({ members: [1] });
  await restartDevice(tools);
  await lookLater();
  expect(runner.calls).toEqual([]);
  runner.members = [1, 2];
  await lookLater();
  await lookLater();
  expect(runner.calls).toEqual([restart]);
});

it("restarts it on a node that is alone without a quorum: the vote may be all that is missing", async () => {
  const { runner, tools, lookLater } = keeper({ members: [1] });
  await restartDevice(tools);
  // The peer is gone for good, and the witness was moved or has a new certificate.
  runner.quorate = false;
  await lookLater();
  expect(runner.calls).toEqual([restart]);
});

it("waits while Corosync does not answer", async () => {
  const { runner, tools, lookLater } = keeper({});
  runner.running.delete("corosync");
  await restartDevice(tools);
  expect(runner.calls).toEqual([]);
  runner.running.add("corosync");
  await lookLater();
  expect(runner.calls).toEqual([restart]);
});
