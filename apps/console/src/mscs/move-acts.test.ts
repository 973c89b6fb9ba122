/** The preview of a move must tell the order that the engine will follow, and refuse what it would refuse. */
import {
  sampleCommon,
  sampleGroup,
  sampleGroupView,
  sampleResourceView,
  sampleView,
} from "@bulkhead/core/mscs";
import { expect, test } from "vitest";
import type { GroupView, MscsCluster } from "../states/mscs-states.ts";
import { mscsClusterCondition, votes } from "../states/mscs-states.ts";
import { moveBlockedBy, moveSteps, moveTarget } from "./move-acts.ts";

const group: GroupView = sampleGroupView({
  resources: [
    sampleResourceView({ name: "db", type: "postgresql" }),
    sampleResourceView({ name: "ip", type: "ipAddress" }),
  ],
});

function pair(patch: Partial<NonNullable<MscsCluster["view"]>> = {}): MscsCluster {
  return {
    name: "data",
    nodes: [
      { name: "db-1", address: "10.77.0.11", online: true },
      { name: "db-2", address: "10.77.0.12", online: true },
    ],
    witness: { node: "witness-1", address: "10.77.0.20", online: true },
    networks: [],
    protection: { isProtected: true, why: [] },
    drift: [],
    acts: [],
    failovers: [],
    groups: [
      sampleGroup({
        resources: [
          {
            ...sampleCommon("ip"),
            type: "ipAddress",
            address: "10.77.0.50",
            prefixLength: 24,
            interface: "eth0",
          },
          {
            ...sampleCommon("db", ["ip"]),
            type: "postgresql",
            dataDir: "/srv/sql",
            binDir: null,
            port: 5432,
          },
        ],
      }),
    ],
    view: sampleView({ groups: [group], ...patch }),
    viewAt: 0,
    viewFrom: "db-1",
    why: null,
  };
}

test("a move goes to the peer, offline top-down, online bottom-up", () => {
  expect(moveTarget(pair(), group)).toBe("db-2");
  expect(moveSteps(pair(), group)).toEqual([
    "Clients of 10.77.0.50 are cut and must connect again.",
    "On db-1: db, then ip go offline.",
    "On db-2: ip, then db come online. 2 resources in all.",
  ]);
});

test("a move that the engine would refuse is refused with its reason", () => {
  expect(moveBlockedBy(pair(), group)).toBeNull();
  expect(moveBlockedBy(pair({ hasQuorum: false }), group)).toContain("quorum");
  expect(moveBlockedBy(pair({ engineBlind: "crm_mon does not answer" }), group)).toContain("engine");
  const away = pair({
    nodes: [
      { name: "db-1", state: "up", pause: null },
      { name: "db-2", state: "down", pause: null },
    ],
  });
  expect(moveBlockedBy(away, group)).toBe("db-2 is down, so it cannot take the group.");
});

test("a blind engine shows no votes and no states", () => {
  const blind = pair({ engineBlind: "crm_mon does not answer" });
  expect(votes(blind).map((vote) => vote.cast)).toEqual([null, null, null]);
  expect(mscsClusterCondition(blind)).toMatchObject({ role: "unknown", word: "Engine blind" });
});

test("a pair that survives no further failure is not protected", () => {
  expect(mscsClusterCondition(pair({ witnessVotes: false }))).toMatchObject({
    role: "warn",
    word: "Not protected",
  });
  expect(mscsClusterCondition(pair())).toEqual({ role: "ok", word: "Online", why: null });
});
