/** What the console says before an order must tell what the engine will do, and refuse what it would refuse. */
import {
  type ClusterView,
  type MscsAct,
  sampleCommon,
  sampleGroup,
  sampleGroupView,
  sampleResourceView,
  sampleView,
} from "@bulkhead/core/mscs";
import { expect, test } from "vitest";
import {
  type GroupView,
  groupCondition,
  type MscsCluster,
  mscsClusterCondition,
  votes,
} from "../../states/mscs-states.ts";
import { samplePairSnapshot } from "../sample-pair.ts";
import { groupAct, groupBlockedBy, moveTarget } from "./group-acts.ts";
import { nodeAct, nodeBlockedBy, pairVerbBlockedBy } from "./node-acts.ts";
import { resourceAct, resourceBlockedBy } from "./resource-acts.ts";

const group: GroupView = sampleGroupView({
  resources: [
    sampleResourceView({ name: "db", type: "ocf:heartbeat:pgsql" }),
    sampleResourceView({ name: "ip" }),
  ],
});
const policy = sampleGroup({
  resources: [
    { ...sampleCommon("ip"), type: "ipAddress", address: "10.77.0.50", prefixLength: 24, interface: "eth0" },
    { ...sampleCommon("db", ["ip"]), type: "postgresql", dataDir: "/srv/sql", binDir: null, port: 5432 },
  ],
});

function pair(patch: Partial<ClusterView> = {}, change: Partial<MscsCluster> = {}): MscsCluster {
  return samplePairSnapshot({ groups: [policy], view: sampleView({ groups: [group], ...patch }), ...change });
}

const texts = (lines: readonly { text: string }[]) => lines.map(({ text }) => text);

test("a move goes to the peer, offline top-down, online bottom-up", () => {
  expect(moveTarget(pair(), group)).toBe("db-2");
  const act = groupAct("move", pair(), group);
  expect(texts(act.lines).slice(0, 3)).toEqual([
    "Clients of 10.77.0.50 are cut and must connect again.",
    "On db-1: db, then ip go offline.",
    "On db-2: ip, then db come online.",
  ]);
  expect(act.order).toEqual({
    verb: "move",
    object: { kind: "group", name: "sql" },
    to: "db-2",
    mode: null,
    deadlineS: null,
  });
  expect(act.question).toEqual({ kind: "move", group: "sql", to: "db-2" });
});

test("an order that the engine would refuse is refused with its reason", () => {
  expect(groupBlockedBy("move", pair(), group)).toBeNull();
  expect(groupBlockedBy("move", pair({ hasQuorum: false }), group)).toContain("quorum");
  expect(groupBlockedBy("move", pair({ engineBlind: "crm_mon does not answer" }), group)).toContain("engine");
  expect(groupBlockedBy("online", pair({ isMaintenance: true }), { ...group, state: "offline" })).toContain(
    "maintenance",
  );
  expect(groupBlockedBy("online", pair(), group)).toBe("Group sql is online already.");
  expect(groupBlockedBy("moveBack", pair(), group)).toBe("Group sql is on its preferred owner db-1 already.");
  expect(groupBlockedBy("clear", pair(), group)).toBe("Group sql has no failure to clear.");
  const away = pair({
    nodes: [
      { name: "db-1", state: "up", pause: null },
      { name: "db-2", state: "down", pause: null },
    ],
  });
  expect(groupBlockedBy("move", away, group)).toContain("db-2 is down");
});

test("what may run nobody knows where is not commanded", () => {
  const unclean = pair({ nodes: [{ name: "db-1", state: "unclean", pause: null }] });
  const unknown: GroupView = { ...group, state: "unknown", owner: null };
  expect(groupBlockedBy("move", unclean, unknown)).toContain("db-1 is unclean");
  expect(groupCondition(unclean, unknown).role).toBe("unknown");
});

test("while an order is under way with an object, no other is given to it", () => {
  const running: MscsAct & { node: string } = {
    id: "1",
    order: {
      verb: "restart",
      object: { kind: "resource", name: "sql/db" },
      to: null,
      mode: null,
      deadlineS: null,
    },
    by: "Ada",
    state: "running",
    startedAt: 0,
    deadlineAt: 1,
    endedAt: null,
    steps: [],
    message: "db is going offline",
    node: "db-1",
  };
  const busy = pair({}, { acts: [running] });
  expect(groupBlockedBy("move", busy, group)).toContain("db is going offline");
  const about = (name: string) => ({ cluster: busy, group, resource: sampleResourceView({ name }) });
  expect(resourceBlockedBy("restart", about("db"))).toContain("under way");
  expect(resourceBlockedBy("restart", about("ip"))).toBeNull();
});

test("initiating a failure says whether the group moves, by the threshold of the resource", () => {
  const about = (failCount: number) => ({
    cluster: pair(),
    group,
    resource: sampleResourceView({ name: "db", failCount }),
  });
  expect(texts(resourceAct("fail", about(0)).lines)[0]).toContain("is restarted on db-1");
  expect(texts(resourceAct("fail", about(3)).lines)[0]).toContain("group sql moves");
  expect(resourceAct("fail", about(3)).question).toMatchObject({ kind: "resourceFailure", times: 4 });
});

test("taking a resource offline names what needs it", () => {
  const act = resourceAct("offline", {
    cluster: pair(),
    group,
    resource: sampleResourceView({ name: "ip" }),
  });
  expect(texts(act.lines).join(" ")).toContain("db, which needs it,");
  expect(act.confirm).toBe(true);
});

test("pausing with drain names the groups that move; evicting asks for the name", () => {
  expect(texts(nodeAct("drain", pair(), "db-1").lines)[0]).toContain("sql moves to db-2");
  expect(nodeAct("evict", pair(), "db-2").typed).toBe("db-2");
  expect(nodeBlockedBy("resume", pair(), "db-1")).toBe("db-1 is not paused.");
  expect(nodeBlockedBy("evict", pair({}, { engine: "adopted" }), "db-2")).toContain("adopted");
  expect(pairVerbBlockedBy("revert", pair())).toContain("Nothing differs");
});

test("a blind engine shows no votes and no states", () => {
  const blind = pair({ engineBlind: "crm_mon does not answer", witnessVotes: null });
  expect(votes(blind).map((vote) => vote.cast)).toEqual([null, null, null]);
  expect(mscsClusterCondition(blind)).toMatchObject({ role: "unknown", word: "Engine blind" });
});

test("a pair that survives no further failure is not protected, in red", () => {
  const weak = pair({}, { protection: { isProtected: false, why: ["There is no witness."], warnings: [] } });
  expect(mscsClusterCondition(weak)).toEqual({
    role: "bad",
    word: "Not protected",
    why: "There is no witness.",
  });
  expect(mscsClusterCondition(pair())).toEqual({ role: "ok", word: "Online", why: null });
});

test("offline by order is calm, offline for another reason is not", () => {
  const offline: GroupView = { ...group, state: "offline", owner: null };
  expect(groupCondition(pair(), { ...offline, isOrderedOffline: true }).role).toBe("off");
  expect(groupCondition(pair(), offline).role).toBe("warn");
  expect(groupCondition(pair(), { ...offline, failovers: { count: 10, isHalted: true } })).toMatchObject({
    role: "bad",
    word: "Halted",
  });
});
