/** Taking over what was changed by hand: exactly that, and nothing that only the policy knows is lost. */
import { expect, it } from "vitest";
import { withDrift } from "./adopt-drift.ts";
import type { CibGroup, CibModel, CibPrimitive } from "./cib-model.ts";
import { compileCib } from "./compile-cib.ts";
import { sampleGroup, samplePair } from "./sample.ts";
import type { MscsPolicy } from "./types.ts";

/** With all that a CIB does not hold. */
const policy = samplePair({
  groups: [
    sampleGroup({ preferredOwners: ["db-1", "db-2"], failover: { threshold: 2, periodHours: 1 } }),
    sampleGroup({
      name: "queue",
      persistentState: false,
      antiAffinity: ["big"],
      resources: sampleGroup().resources.filter(({ name }) => name === "ip"),
    }),
    sampleGroup({ name: "other", antiAffinity: ["big"], resources: [] }),
  ],
});

function edited(change: (group: CibGroup) => CibGroup, rest: Partial<CibModel> = {}): CibModel {
  const model = compileCib(policy);
  return {
    ...model,
    ...rest,
    groups: model.groups.map((group) => (group.id === "sql" ? change(group) : group)),
  };
}
const member = (id: string, change: (item: CibPrimitive) => CibPrimitive) =>
  edited((group) => ({
    ...group,
    members: group.members.map((item) => (item.id === id ? change(item) : item)),
  }));
const sql = (change: (group: MscsPolicy["groups"][number]) => MscsPolicy["groups"][number]) => ({
  ...policy,
  groups: policy.groups.map((group) => (group.name === "sql" ? change(group) : group)),
});

it("finds nothing to take over where nothing was changed", () => {
  expect(withDrift(policy, compileCib(policy))).toEqual(policy);
});

it.each<[string, CibModel, MscsPolicy]>([
  [
    "a parameter",
    member("sql.ip", (ip) => ({ ...ip, attributes: { ...ip.attributes, cidr_netmask: "25" } })),
    sql((group) => ({
      ...group,
      resources: group.resources.map((item) =>
        item.type === "ipAddress" ? { ...item, prefixLength: 25 } : item,
      ),
    })),
  ],
  [
    "a threshold",
    member("sql.db", (db) => ({ ...db, meta: { ...db.meta, "migration-threshold": "8" } })),
    sql((group) => ({
      ...group,
      resources: group.resources.map((item) =>
        item.name === "db" ? { ...item, restart: { ...item.restart, threshold: 7 } } : item,
      ),
    })),
  ],
  [
    "a priority",
    edited((group) => ({ ...group, meta: { ...group.meta, priority: "3000" } })),
    sql((group) => ({ ...group, priority: "high" })),
  ],
  [
    "a preference that is gone",
    edited((group) => group, {
      locations: compileCib(policy).locations.filter(({ id }) => id !== "sql-prefers-db-2"),
    }),
    sql((group) => ({ ...group, preferredOwners: ["db-1"] })),
  ],
  [
    "a resource that is gone",
    edited((group) => ({ ...group, members: group.members.filter(({ id }) => id !== "sql.db") })),
    sql((group) => ({ ...group, resources: group.resources.filter(({ name }) => name !== "db") })),
  ],
])("takes over %s and keeps the rest as the policy has it", (_, live, wanted) => {
  const taken = withDrift(policy, live);
  expect(taken).toEqual(wanted);
  const members = ({ groups }: CibModel) => groups.map((group) => group.members);
  expect(members(compileCib(taken))).toEqual(members(live));
});

it("takes over a group that is gone", () => {
  const live = {
    ...compileCib(policy),
    groups: compileCib(policy).groups.filter(({ id }) => id !== "queue"),
  };
  expect(withDrift(policy, live).groups.map(({ name }) => name)).toEqual(["sql", "other"]);
});

it("leaves alone what others have added beside it, and a group that it cannot read", () => {
  const foreign = { id: "anna", resource: "sql", node: "db-2", score: 500 };
  const beside = edited((group) => group, { locations: [foreign, ...compileCib(policy).locations] });
  expect(withDrift(policy, beside)).toEqual(policy);
  const unread = member("sql.db", (db) => ({
    ...db,
    agent: { class: "stonith", provider: null, type: "x" },
  }));
  expect(withDrift(policy, unread)).toEqual(policy);
});
