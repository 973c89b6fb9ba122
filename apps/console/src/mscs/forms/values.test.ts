/** What a form writes into the fleet file: what was chosen, and nothing that is a default. */
import { type ResourceTypeName, resourceTypes } from "@bulkhead/core/mscs";
import { expect, test } from "vitest";
import { valueAt } from "../../fleet-file/fleet-document.ts";
import { patched } from "./file-patch.ts";
import { groupFile, groupValues } from "./group-values.ts";
import { judgeField, judgeName, judgeNumber, judgeParameters } from "./judges.ts";
import { commonSubnets, freeNodes, pairFile, pairValues } from "./pair-values.ts";
import {
  fieldsOf,
  missingDependencies,
  newResource,
  resourceFile,
  resourceValues,
} from "./resource-values.ts";

const cleaned = (value: unknown): unknown => JSON.parse(JSON.stringify(value));
const nodes = ["db-1", "db-2"];

test.each(resourceTypes.map(({ type }) => type))(
  "a new %s writes its required fields and no default",
  (type) => {
    const values = newResource(type);
    const required = fieldsOf(type).filter(({ isRequired }) => isRequired);
    for (const field of required) values.settings[field.name] = field.kind === "port" ? "5000" : "/text";
    const written = cleaned(resourceFile(values, nodes)) as Record<string, unknown>;
    expect(Object.keys(written).sort()).toEqual(["type", ...required.map(({ name }) => name)].sort());
  },
);

test("what the file says comes back as it was", () => {
  const file = {
    type: "postgresql",
    dataDir: "/srv/sql/data",
    port: 5433,
    dependsOn: ["disk"],
    possibleOwners: ["db-1"],
    restart: { action: "restart", threshold: 0, periodS: 60 },
    looksAliveS: 3,
    retryAfterS: "never",
  };
  expect(cleaned(resourceFile(resourceValues("db", file), nodes))).toEqual(file);
  const ocf = {
    type: "ocf",
    agent: "ocf:heartbeat:nginx",
    parameters: { configfile: "/etc/nginx.conf", opts: "a=b" },
  };
  expect(cleaned(resourceFile(resourceValues("web", ocf), nodes))).toEqual(ocf);
  const group = {
    preferredOwners: ["db-2", "db-1"],
    failback: { allow: true, windowHours: [2, 4] },
    priority: "high",
  };
  expect(cleaned(groupFile(groupValues("sql", group)))).toEqual(group);
  expect(cleaned(groupFile(groupValues("sql", {})))).toEqual({});
  const pair = {
    nodes,
    networks: { service: { subnet: "10.77.0.0/24" }, private: { subnet: "10.78.0.0/24", role: "internal" } },
    witness: "witness-1",
    fencing: { agent: "fence_ipmilan", parameters: { lanplus: "1" }, nodes: { "db-1": { ip: "192.0.2.1" } } },
  };
  expect(cleaned(pairFile(pairValues("data", pair)))).toEqual(pair);
});

test("possible owners that exclude nobody are not written", () => {
  const values = { ...newResource("ipAddress"), possibleOwners: ["db-2", "db-1"] };
  expect(resourceFile(values, nodes)["possibleOwners"]).toBeUndefined();
});

test("a form touches only what it changes", () => {
  const file = `version: 1
mscs:
  data:
    nodes: [db-1, db-2] # both in rack 3
    groups:
      sql: # the database
        preferredOwners: [db-1]
        resources:
          ip: { type: ipAddress, address: 10.77.0.50/24 } # told to the clients
`;
  const before = groupValues("sql", { preferredOwners: ["db-1"] });
  const values = { ...before, priority: "high" as const };
  expect(
    patched(file, ["mscs", "data", "groups", "sql"], { before: groupFile(before), now: groupFile(values) }),
  ).toBe(`${file}        priority: high\n`);
  const none = patched(file, ["mscs", "data", "groups", "sql"], {
    before: groupFile(before),
    now: groupFile({ ...values, preferredOwners: "" }),
  });
  expect(none).not.toContain("preferredOwners");
  expect(none).toContain("# told to the clients");
  const added = patched(file, ["mscs", "data", "groups", "web"], {
    before: {},
    now: { ...groupFile(groupValues("web", {})), resources: {} },
  });
  expect(valueAt(added, ["mscs", "data", "groups", "web"])).toEqual({ resources: {} });
});

test("what nobody changed stays in the words of the file", () => {
  const head = "mscs:\n  data:\n    groups:\n      sql:\n";
  const path = ["mscs", "data", "groups", "sql"];
  for (const said of ["{ threshold: 100 }", "{ periodHours: 6, threshold: 10 }"]) {
    const file = `${head}        failover: ${said} # a word about it\n        resources: {}\n`;
    const before = groupValues("sql", valueAt(file, path) as Record<string, unknown>);
    const write = (change: Partial<typeof before>) =>
      patched(file, path, { before: groupFile(before), now: groupFile({ ...before, ...change }) });
    expect(write({})).toBe(file);
    expect(write({ priority: "high" })).toBe(`${file}        priority: high\n`);
    expect(valueAt(write({ threshold: "7" }), [...path, "failover"])).toEqual({ threshold: 7 });
  }
});

test("required dependencies that are not chosen are told", () => {
  const others = [{ name: "disk", type: "filesystem" as ResourceTypeName }];
  expect(missingDependencies("messageQueue", [], others)).toHaveLength(2);
  expect(missingDependencies("messageQueue", ["disk"], others)[0]).toContain("IP Address or Network Name");
});

test("each wrong text is told with what would be right", () => {
  const field = fieldsOf("ipAddress")[0];
  expect(field && judgeField(field, "")).toContain("is missing");
  expect(field && judgeField(field, "10.77.0.50")).toContain("prefix length");
  expect(field && judgeField(field, "10.77.0.50/24")).toBe(true);
  expect(judgeName("Sql", [])).toContain("small letters");
  expect(judgeName("sql", ["sql"])).toContain("exists already");
  expect(judgeNumber("1.5", [1, 9])).toBe("Write a whole number from 1 to 9.");
  expect(judgeParameters("ip=1\nnonsense")).toContain("nonsense");
});

const node = (name: string, addresses: [string, number][], role: "mscs" | "wlbs" | null = null) => ({
  name,
  role,
  cluster: role === null ? null : "web",
  machineId: name,
  online: true,
  lastSeenAt: 0,
  enrolledAt: 0,
  agentVersion: "1",
  addresses: addresses.map(([address, prefixLength]) => ({ interface: "eth0", address, prefixLength })),
  generation: { desired: 0, applied: 0 },
  lastRefusal: null,
});

test("only free nodes and only real common networks are offered", () => {
  const a = node("a", [
    ["10.77.0.1", 24],
    ["127.0.0.1", 8],
    ["10.78.0.1", 24],
  ]);
  const b = node("b", [
    ["10.77.0.2", 24],
    ["127.0.0.1", 8],
    ["10.79.0.1", 24],
  ]);
  expect(commonSubnets(a, b)).toEqual(["10.77.0.0/24"]);
  expect(freeNodes([a, node("web-1", [], "wlbs")], "data").map(({ name }) => name)).toEqual(["a"]);
});
