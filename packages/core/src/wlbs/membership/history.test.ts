/** Convergences as every member records them, clashes, and how beats arrive. */
import { expect, test } from "vitest";
import { Machines } from "../convergence/testing/machines.ts";
import { samplePolicy } from "../sample.ts";
import { arrivalStats, firstArrival, nextArrival } from "./arrivals.ts";

const cluster = () => new Machines(samplePolicy(3)).boot();

test("all members record the same causes and initiators, newest first", () => {
  const lab = cluster();
  lab.command("web-3", "drainstop");
  lab.run(500);
  lab.command("web-3", "start");
  lab.run(500);
  lab.command("web-3", "stop");
  lab.run(500);
  const records = (node: string) =>
    lab
      .host(node)
      .state.history.map(({ epoch, cause, initiator, text, members }) => [
        epoch,
        cause,
        initiator,
        text,
        members,
      ]);
  expect(records("web-1")).toEqual(records("web-2"));
  expect(records("web-1")).toEqual([
    ["4.1", "member-left", 3, "web-3 left", [1, 2]],
    ["3.1", "drain", 3, "web-3 began or ended to drain", [1, 2, 3]],
    ["2.1", "drain", 3, "web-3 began or ended to drain", [1, 2, 3]],
    ["1.1", "cluster-formed", 1, "web-1 formed the cluster", [1, 2, 3]],
  ]);
  const [latest] = lab.host("web-1").state.history;
  expect((latest?.endedAt ?? 0) - (latest?.startedAt ?? 0)).toBeLessThan(10);
});

test("the last 32 convergences are kept", () => {
  const lab = cluster();
  for (let i = 0; i < 20; i += 1) {
    lab.rule("web-2", "drain", 80);
    lab.run(100);
    lab.rule("web-2", "enable", 80);
    lab.run(100);
  }
  expect(lab.host("web-1").state.history.length).toBe(32);
  expect(lab.host("web-1").state.history.at(-1)?.cause).toBe("rule-state");
});

test("after a split both sides tell of the other's epoch for a minute, and who came back", () => {
  const lab = cluster();
  lab.host("web-3").isCut = true;
  lab.run(3000);
  lab.host("web-3").isCut = false;
  lab.run(1500);
  expect(lab.host("web-3").state.clashes[0]).toMatchObject({
    mine: { epoch: "2.3", members: [3] },
    theirs: { epoch: "2.1", members: [1, 2] },
  });
  expect(lab.host("web-1").state.clashes[0]).toMatchObject({
    node: "web-3",
    mine: { epoch: "2.1", members: [1, 2] },
  });
  expect(lab.host("web-1").state.history[0]).toMatchObject({ cause: "partition-healed", initiator: 3 });
  expect(lab.run(61_000).host("web-1").state.clashes).toEqual([]);
});

test("losses and jitter are those of the latest messages", () => {
  let arrivals = firstArrival(1);
  const beat = (sinceMs: number) => ({ sinceMs, periodMs: 100 });
  for (let seq = 2; seq <= 101; seq += 1)
    arrivals = nextArrival(arrivals, seq, beat(seq % 2 === 0 ? 90 : 110));
  expect(arrivalStats(arrivals)).toEqual({ lostPercent: 0, jitterMs: 10 });
  for (let seq = 103; seq <= 301; seq += 2) arrivals = nextArrival(arrivals, seq, beat(100));
  expect(arrivalStats(arrivals)).toEqual({ lostPercent: 50, jitterMs: 0 });
});

test("messages that are no beats count as arrived, urgent beats do not count as jitter, late ones are not lost", () => {
  let arrivals = nextArrival(firstArrival(1), 2, null);
  arrivals = nextArrival(arrivals, 3, { sinceMs: 4, periodMs: 100 });
  arrivals = nextArrival(arrivals, 5, { sinceMs: 100, periodMs: 100 });
  expect(arrivalStats(arrivals).lostPercent).toBe(25);
  arrivals = nextArrival(arrivals, 4, null);
  expect(arrivalStats(arrivals)).toEqual({ lostPercent: 0, jitterMs: 0 });
});
