/** What an adoption report offers as a fleet file is one, and says the same pair. */
import { adoptionReport, compileCib, type FoundPair, sampleGroup, samplePair } from "@bulkhead/core/mscs";
import { expect, it } from "vitest";
import { parseFleet } from "./index.ts";

const model = compileCib(samplePair({ groups: [sampleGroup()], engine: "made" }));
const found: FoundPair = {
  cluster: "shop",
  nodes: [
    { name: "alpha", nodeId: 1, addresses: ["10.88.0.11", "10.89.0.11"] },
    { name: "beta", nodeId: 2, addresses: ["10.88.0.12", "10.89.0.12"] },
  ],
  networks: [
    { name: "link-0", subnet: "10.88.0.0/24", role: "both", link: 0 },
    { name: "link-1", subnet: "10.89.0.0/24", role: "internal", link: 1 },
  ],
  witness: "10.88.0.20",
  tokenMs: 1000,
  model: {
    ...model,
    fencing: [
      {
        id: "st-alpha",
        agent: { class: "stonith", provider: null, type: "fence_ipmilan" },
        attributes: { ip: "192.0.2.11", password: "very-secret", pcmk_host_list: "alpha beta" },
        meta: {},
        operations: [],
      },
    ],
    groups: [
      {
        id: "grp_web",
        meta: { "resource-stickiness": "1" },
        failbackHours: [],
        startsOffline: false,
        members: [
          {
            id: "vip",
            agent: { class: "ocf", provider: "heartbeat", type: "IPaddr2" },
            attributes: { ip: "10.88.0.50", cidr_netmask: "24", nic: "eth0" },
            meta: {},
            operations: [{ name: "monitor", intervalS: 10, timeoutS: 20 }],
          },
          {
            id: "yes",
            agent: { class: "ocf", provider: "heartbeat", type: "nginx" },
            attributes: { configfile: "/etc/nginx/a: b#c.conf", port: "80" },
            meta: { "migration-threshold": "3", "failure-timeout": "10min" },
            operations: [{ name: "start", intervalS: 0, timeoutS: 40 }],
          },
        ],
      },
    ],
    locations: [{ id: "loc", resource: "grp_web", node: "beta", score: 50 }],
    orders: [],
    colocations: [],
  },
  loose: [],
  unread: [{ object: "clone dlm-clone", why: "Bulkhead has no clones" }],
};

it("offers a fleet file that reads as the pair", () => {
  const { fleetFile } = adoptionReport(found);
  const read = parseFleet(`version: 1\n${fleetFile}`);
  expect(read).toMatchObject({ ok: true });
  expect(JSON.stringify(read)).toContain("/etc/nginx/a: b#c.conf");
  if (!read.ok) return;
  const pair = read.intent.mscs["shop"];
  expect(pair).toMatchObject({ engine: "adopted", nodes: ["alpha", "beta"], witness: null, tokenMs: 1000 });
  expect(pair?.groups["grp_web"]).toMatchObject({ preferredOwners: ["beta"], failback: { allow: false } });
  expect(pair?.groups["grp_web"]?.resources.map((item) => [item.name, item.type, item.dependsOn])).toEqual([
    ["vip", "ipAddress", []],
    ["yes", "ocf", ["vip"]],
  ]);
});

it("keeps secrets out of the report", () => {
  expect(JSON.stringify(adoptionReport(found))).not.toContain("very-secret");
});

it("says what would change, what stays, and what is left alone", () => {
  const report = adoptionReport(found);
  expect(report.obstacles).toEqual([]);
  expect(report.kept).toEqual([
    { object: "clone dlm-clone", text: "Kept untouched: Bulkhead has no clones." },
  ]);
  expect(report.asIs.map((item) => item.object)).toEqual(["primitive st-alpha", "quorum device 10.88.0.20"]);
  expect(report.changes.map((item) => item.object)).toEqual([
    "group grp_web",
    "primitive vip",
    "primitive yes",
  ]);
  expect(report.changes[0]?.text).toMatch(/^resource-stickiness 1 becomes \d+;/);
  expect(report.changes[1]?.text).toContain("migration-threshold none becomes 4");
});

it("refuses what is no pair, and a pair without a group", () => {
  const three = adoptionReport({
    ...found,
    nodes: [...found.nodes, { name: "gamma", nodeId: 3, addresses: [] }],
  });
  expect(three.obstacles[0]).toContain("3 nodes");
  expect(three.fleetFile).toBe("");
  const empty = adoptionReport({ ...found, model: { ...found.model, groups: [] } });
  expect(empty.obstacles[0]).toContain("no group");
});

it("leaves a group alone of which one part is not understood", () => {
  const report = adoptionReport({
    ...found,
    unread: [{ object: "primitive yes", why: "it is made from a template" }],
  });
  expect(report.kept).toEqual([
    {
      object: "group grp_web",
      text: "Kept as it is and shown, because of primitive yes: it is made from a template.",
    },
  ]);
  expect(report.obstacles[0]).toContain("no group");
});
