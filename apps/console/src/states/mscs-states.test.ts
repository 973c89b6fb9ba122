/** At three in the morning the state of a pair must be neither too calm nor wrong: what cannot be known is never claimed. */
import { sampleView } from "@bulkhead/core/mscs";
import { expect, test } from "vitest";
import { runsText } from "../mscs/nodes/node-text.ts";
import { samplePairSnapshot } from "../mscs/sample-pair.ts";
import { untold, weaknesses, weaknessView } from "../mscs/troubles.ts";
import { pairRole } from "../shell/rail-roles.ts";
import { stuckNodes } from "./mscs-fencing.ts";
import {
  type GroupView,
  groupCondition,
  type MscsCluster,
  mscsClusterCondition,
  type ResourceView,
  resourceCondition,
} from "./mscs-states.ts";

const cause = (code: MscsCluster["causes"][number]["code"], text: string): MscsCluster["causes"][number] => ({
  code,
  severity: "warn",
  about: null,
  text,
  cure: null,
});

type View = NonNullable<MscsCluster["view"]>;
type Fence = View["fenceHistory"][number];

const resource = (name: string, patch: Partial<ResourceView> = {}): ResourceView => ({
  name,
  type: "ocf:heartbeat:Filesystem",
  state: "online",
  owner: "db-1",
  failCount: 0,
  isOrderedOffline: false,
  lastFailure: null,
  ...patch,
});

const group = (patch: Partial<GroupView> = {}): GroupView => ({
  name: "sql",
  state: "online",
  owner: "db-1",
  since: 0,
  isOrderedOffline: false,
  failovers: null,
  resources: [resource("disk"), resource("db")],
  ...patch,
});

const pair = (patch: Partial<View>, rest: Partial<MscsCluster> = {}) =>
  samplePairSnapshot({ view: { ...sampleView(), groups: [group()], fenceHistory: [], ...patch }, ...rest });

const fence = (status: string, completed: string): Fence => ({
  target: "db-2",
  action: "reboot",
  status,
  completed,
});

const lostNode: Partial<View> = {
  nodes: [
    { name: "db-1", state: "up", pause: null },
    { name: "db-2", state: "unclean", pause: null },
  ],
  groups: [group({ state: "unknown", owner: null, resources: [resource("disk", { state: "unknown" })] })],
};

test("a node that cannot be fenced is red, and says what waits for it", () => {
  const cluster = pair({
    ...lostNode,
    fenceHistory: [
      fence("failed", "2026-11-23 06:25:28Z"),
      fence("failed", "2026-11-23 06:25:26Z"),
      fence("success", "2026-11-23 05:00:00Z"),
      fence("failed", "2026-11-23 04:00:00Z"),
    ],
  });
  expect(stuckNodes(cluster)).toEqual([
    { node: "db-2", attempts: 2, lastAt: "2026-11-23 06:25:28Z", groups: ["sql"] },
  ]);
  expect(mscsClusterCondition(cluster)).toEqual({
    role: "bad",
    word: "Cannot fence",
    why: "db-2 is lost and cannot be switched off: sql starts nowhere.",
  });
});

test("while the first attempt goes on, or the last one was good, nobody is called for", () => {
  const first = pair(lostNode);
  expect(stuckNodes(first)).toEqual([]);
  expect(mscsClusterCondition(first).word).toBe("Unclean");
  expect(stuckNodes(pair({ ...lostNode, fenceHistory: [fence("success", "2026-11-23 06:25:28Z")] }))).toEqual(
    [],
  );
});

test("an unclean node is never said to run nothing, nor its resources to be news", () => {
  const cluster = pair(lostNode);
  expect(runsText(cluster, "db-2")).toBe("not known: sql may still run here");
  expect(runsText(cluster, "db-1")).toBe("no group");
  expect(resourceCondition(cluster, resource("disk", { state: "unknown" }))).toMatchObject({
    role: "unknown",
    word: "Unknown",
  });
  expect(runsText(pair({ engineBlind: "crm_mon does not answer." }), "db-1")).toBe("not known");
  expect(runsText(pair({}), "db-1")).toBe("sql");
});

test("a resource that failed and was left is a warning with the engine's words, not a calm offline", () => {
  const failed = resource("broker", {
    state: "offline",
    owner: null,
    failCount: 2,
    lastFailure: "Bringing it online failed on db-1: not installed",
  });
  const partial = group({ state: "partial", resources: [resource("disk"), failed] });
  const cluster = pair({ groups: [partial] });
  expect(resourceCondition(cluster, failed)).toMatchObject({
    role: "warn",
    why: "Bringing it online failed on db-1: not installed",
  });
  expect(groupCondition(cluster, partial).why).toBe(
    "broker does not run. Bringing it online failed on db-1: not installed. Cure the cause, then clear its failures.",
  );
  expect(resourceCondition(cluster, { ...failed, isOrderedOffline: true }).role).toBe("off");
});

test("a group on its way says how far it is", () => {
  const resources = [
    resource("disk"),
    resource("ip", { state: "pending" }),
    resource("db", { state: "offline" }),
  ];
  const moving = group({ state: "pending", resources });
  expect(groupCondition(pair({ groups: [moving] }), moving).why).toBe(
    "1 of 3 resources online; ip is on the way.",
  );
});

test("what a notice says is not said again under the title", () => {
  const weak = "db-1 is down: there is no node to take over. Bring it back";
  const protection = { isProtected: false, why: [weak], warnings: [] };
  const pending = { groups: [group({ state: "pending", owner: "db-2" })] };
  const isPending = cause("order", "Group sql is pending on db-2.");
  const isWeak = cause("protection", `${weak}.`);
  const cluster = pair(pending, {
    protection,
    causes: [isPending, isWeak],
    why: `${isPending.text} ${isWeak.text}`,
  });
  expect(untold(cluster)).toBe("Group sql is pending on db-2.");
  expect(mscsClusterCondition(cluster).role).toBe("active");
  expect(pairRole(cluster)).toBe("bad");
  expect(weaknesses(cluster)).toEqual([`${weak}.`]);
  expect(weaknessView(cluster)).toBe("quorum");
  expect(untold(pair({}, { protection, causes: [isWeak], why: isWeak.text }))).toBeNull();
  expect(weaknessView(pair(lostNode))).toBe("nodes");
  const drift = cause("drift", "In whatever words.");
  expect(untold(pair({}, { drift: ["one"], causes: [drift], why: drift.text }))).toBeNull();
  const blind = { engineBlind: "crm_mon does not answer." };
  expect(untold(pair(blind, { causes: [drift], why: drift.text }))).toBe(blind.engineBlind);
});
