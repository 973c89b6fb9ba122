/**
 * The WLBS tier with real packets: three kernels, the real half on each, one client (see `testing/proof.ts`). Needs
 * network namespaces: as root, or in a user namespace.
 */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, test } from "vitest";

const isRoot = process.getuid?.() === 0;
const namespaces = [isRoot ? "-mnpf" : "-Urmnpf", "--mount-proc", "--kill-child"];
const isPossible = spawnSync("unshare", [...namespaces, "nft", "list", "tables"]).status === 0;
const program = fileURLToPath(new URL("./testing/proof.ts", import.meta.url));

type Facts = Record<string, never>;
let seen: Record<string, Facts> = {};

describe.skipIf(!isPossible)("three hosts and a client", () => {
  beforeAll(() => {
    const run = spawnSync("unshare", [...namespaces, process.execPath, program], {
      encoding: "utf8",
      timeout: 90_000,
    });
    process.stdout.write(run.stderr);
    expect(run.status, run.stderr).toBe(0);
    seen = JSON.parse(run.stdout) as typeof seen;
  }, 100_000);

  test("200 connections are spread, each to the host that the table predicts", () => {
    expect(seen["spread"]).toMatchObject({ webAsPredicted: 200, shopAsPredicted: 16, datagramsElsewhere: 0 });
    expect(seen["spread"]?.["datagramsAsPredicted"]).toBeGreaterThan(8);
    const shares = Object.values((seen["spread"] as unknown as { web: Record<string, number> }).web);
    expect(shares).toHaveLength(3);
    expect(Math.min(...shares)).toBeGreaterThan(35);
  });

  test("every packet of the client is accepted by exactly one kernel", () => {
    const { sent, taken } = (seen["spread"] as unknown as { packets: { sent: number; taken: number } })
      .packets;
    expect(sent).toBeGreaterThan(500);
    expect(taken).toBe(sent);
  });

  test("what no rule covers goes to the default host; the client knows the VIP by the cluster MAC", () => {
    expect(seen["spread"]).toMatchObject({ unruled: { "host-1": 16 }, clusterMac: true });
  });

  test("an agent that is killed: its lease ends, its buckets are served again, no connection ends", () => {
    expect(seen["kill"]).toMatchObject({
      failedBefore: 0,
      leaseLives: false,
      open: { alive: 200, same: 200 },
    });
    expect(seen["kill"]?.["servedAgainMs"]).toBeLessThan(3_000);
  });

  test("it comes back: takes its share of new connections, and no open one breaks", () => {
    expect(seen["return"]).toMatchObject({
      web: { same: 200 },
      shop: { same: 16 },
      other: { same: 16 },
      freshAsPredicted: 60,
    });
    expect(Object.keys(seen["return"]?.["fresh"] ?? {})).toHaveLength(3);
  });

  test("drainstop: nothing new, the old goes on, and the host stops when the last connection has ended", () => {
    expect(seen["drainstop"]).toMatchObject({
      answer: { code: "ok" },
      newOnHost2: 0,
      during: { state: "draining", web: { same: 200 } },
      tablesLeft: "0",
    });
    const { rest } = seen["drainstop"] as unknown as { rest: { same: number; of: number } };
    expect(rest.same).toBe(rest.of);
  });

  test("an agent that hangs: its kernel stops owning before the peer takes over", () => {
    const { leaseGoneMs, takenMs, lastOnHost1Ms, hung, web } = seen["hang"] as unknown as {
      leaseGoneMs: number;
      takenMs: number;
      lastOnHost1Ms: number;
      hung: { same: number; of: number };
      web: { same: number; of: number };
    };
    expect(leaseGoneMs).toBeLessThan(takenMs);
    expect(lastOnHost1Ms).toBeLessThan(takenMs);
    expect([hung.same, web.same]).toEqual([hung.of, web.of]);
  });

  test("a planned restart: connections stay, and the other host takes the new ones meanwhile", () => {
    const { web, probes, failed } = seen["restart"] as unknown as {
      web: { same: number; of: number };
      probes: number;
      failed: number;
    };
    expect(web.same).toBe(web.of);
    expect(seen["restart"]).toMatchObject({ kept: true });
    // Break before make costs a connection attempt its first SYN, and the probe does not wait for the second.
    expect(failed).toBeLessThan(probes / 4);
  });

  test("other rules: every connection stays on its host, and fragments follow a rule for all ports", () => {
    const { web } = seen["policy"] as unknown as { web: { same: number; of: number } };
    expect(web.same).toBe(web.of);
    // Datagrams are not sent twice: on a machine without time for its agents a lease may lapse, and some are lost.
    expect(seen["policy"]).toMatchObject({ fragmentsElsewhere: 0 });
    expect(seen["policy"]?.["fragmentsAsPredicted"]).toBeGreaterThan(8);
  });

  test("a released node keeps nothing, and its peer takes over at once", () => {
    expect(seen["release"]).toMatchObject({ clean: true });
    expect(seen["release"]?.["aloneMs"]).toBeLessThan(900);
  });

  test("in the whole run no connection was answered by two kernels", () => {
    const { connections, twice } = seen["answers"] as unknown as { connections: number; twice: number };
    expect(connections).toBeGreaterThan(500);
    expect(twice).toBe(0);
  });
});
