/**
 * The WLBS tier with real packets: three kernels, the real half on each, one client (see `testing/proof.ts`). Needs
 * network namespaces: as root, or in a user namespace.
 */
import { beforeAll, describe, expect, test } from "vitest";
import { isProofPossible, runProof } from "./testing/run-proof.ts";

interface Checked {
  same: number;
  of: number;
}

interface Datagrams {
  answered: number;
  elsewhere: number;
  twice: number;
}

interface Fresh {
  of: number;
  asPredicted: number;
  hosts: Record<string, number>;
}

interface Facts {
  boot: { weights: string[]; mayBeRealTime: boolean; realTime: number[] };
  spread: {
    web: Record<string, number>;
    webAsPredicted: number;
    shopAsPredicted: number;
    unruled: Record<string, number>;
    datagrams: Datagrams;
    packets: { sent: number; taken: number; unleased: number };
    clusterMac: boolean;
  };
  kill: { leaseLives: boolean; open: Checked; fresh: Fresh };
  return: { web: Checked; shop: Checked; other: Checked; fresh: Fresh };
  drainstop: {
    answer: { code: string };
    newOnHost2: number;
    during: { state: string; web: Checked };
    tablesLeft: string;
    rest: Checked;
  };
  hang: {
    leaseGoneMs: number;
    takenMs: number;
    onHost1AfterwardsCount: number;
    hung: Checked;
    web: Checked;
    fresh: Fresh;
  };
  restart: { kept: boolean; web: Checked; fresh: Fresh };
  policy: { web: Checked; fragments: Datagrams };
  release: { clean: boolean };
  answers: { connections: number; twice: number };
}

let seen: Facts;

function expectUnbroken(...all: Checked[]): void {
  for (const { same, of } of all) expect(same).toBe(of);
}

/** Whoever comes now is served, and by the host that the table names. */
function expectServed({ of, asPredicted, hosts }: Fresh, names: string[]): void {
  expect(asPredicted).toBe(of);
  expect(Object.keys(hosts)).toEqual(names);
}

describe.skipIf(!isProofPossible)("three hosts and a client", () => {
  beforeAll(() => {
    seen = runProof("proof.ts") as Facts;
  }, 310_000);

  test("the agents go before the services of their hosts", ({ skip }) => {
    const { weights } = seen.boot;
    if (process.getuid?.() !== 0 || weights.includes(""))
      skip("this user may not, or this kernel does not weigh sessions");
    for (const weight of weights) expect(weight).toMatch(/ nice -15$/);
  });

  test("the thread of the heartbeats goes before all ordinary ones", ({ skip }) => {
    const { mayBeRealTime, realTime } = seen.boot;
    if (!mayBeRealTime) skip("chrt is missing, or real time is not permitted here");
    expect(realTime).toEqual([1, 1, 1]);
  });

  test("200 connections are spread, each to the host that the table predicts", () => {
    const { web, webAsPredicted, shopAsPredicted, datagrams } = seen.spread;
    expect([webAsPredicted, shopAsPredicted]).toEqual([200, 16]);
    expect(datagrams).toMatchObject({ answered: 16, elsewhere: 0, twice: 0 });
    const shares = Object.values(web);
    expect(shares).toHaveLength(3);
    // 67 are expected each; fewer than 30 would be five and a half standard deviations away.
    expect(Math.min(...shares)).toBeGreaterThanOrEqual(30);
  });

  test("every packet of the client is accepted by exactly one kernel", () => {
    const { sent, taken, unleased } = seen.spread.packets;
    expect(sent).toBeGreaterThan(500);
    expect(taken + unleased).toBe(sent);
  });

  test("what no rule covers goes to the default host; the client knows the VIP by the cluster MAC", () => {
    expect(seen.spread).toMatchObject({ unruled: { "host-1": 16 }, clusterMac: true });
  });

  test("an agent that is killed: its lease ends, its buckets are served again, no connection ends", () => {
    expect(seen.kill).toMatchObject({ leaseLives: false, open: { same: 200, of: 200 } });
    expectServed(seen.kill.fresh, ["host-1", "host-2"]);
  });

  test("it comes back: takes its share of new connections, and no open one breaks", () => {
    const { web, shop, other, fresh } = seen.return;
    expect([web.of, shop.of, other.of]).toEqual([200, 16, 16]);
    expectUnbroken(web, shop, other);
    expectServed(fresh, ["host-1", "host-2", "host-3"]);
  });

  test("drainstop: nothing new, the old goes on, and the host stops when the last connection has ended", () => {
    expect(seen.drainstop).toMatchObject({
      answer: { code: "ok" },
      newOnHost2: 0,
      during: { state: "draining", web: { same: 200, of: 200 } },
      tablesLeft: "0",
    });
    expectUnbroken(seen.drainstop.rest);
  });

  test("an agent that hangs: its kernel stops owning before the peer takes over", () => {
    const { leaseGoneMs, takenMs, onHost1AfterwardsCount, hung, web, fresh } = seen.hang;
    expect(leaseGoneMs).toBeLessThan(takenMs);
    expect(onHost1AfterwardsCount).toBe(0);
    expectUnbroken(hung, web);
    expectServed(fresh, ["host-1", "host-3"]);
  });

  test("a planned restart: connections stay, and new ones are served afterwards", () => {
    expect(seen.restart.kept).toBe(true);
    expectUnbroken(seen.restart.web);
    expectServed(seen.restart.fresh, ["host-1", "host-3"]);
  });

  test("other rules: every connection stays on its host, and fragments follow a rule for all ports", () => {
    expectUnbroken(seen.policy.web);
    expect(seen.policy.fragments).toMatchObject({ answered: 16, elsewhere: 0, twice: 0 });
  });

  test("a released node keeps nothing", () => {
    expect(seen.release.clean).toBe(true);
  });

  test("in the whole run no connection was answered by two kernels", () => {
    expect(seen.answers.connections).toBeGreaterThan(300);
    expect(seen.answers.twice).toBe(0);
  });
});
