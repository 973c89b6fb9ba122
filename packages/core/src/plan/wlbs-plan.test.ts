import { describe, expect, it } from "vitest";
import { planFleet, planText } from "./index.ts";
import { sampleIntent, sampleInventory, sampleRuleIntent } from "./sample.ts";
import type { Intent, Inventory, Plan, PlanReport, WlbsIntent } from "./types.ts";

type Change = (web: WlbsIntent) => unknown;

function intentWith(change: Change): Intent {
  const intent = sampleIntent();
  change(intent.wlbs.web ?? expect.fail("web"));
  return intent;
}

function planned(
  change: Change,
  parent: Plan | null = null,
  inventory: Inventory = sampleInventory(),
): PlanReport {
  return planFleet({
    intent: intentWith(change),
    inventory,
    parent: parent === null ? null : { hash: "h", plan: parent },
  });
}

function planOf(change: Change, parent: Plan | null = null): Plan {
  const { plan, refusals } = planned(change, parent);
  return plan ?? expect.fail(JSON.stringify(refusals));
}

function policyOf(plan: Plan, node = "web-1") {
  const policy = plan.policies[node];
  return policy?.service === "wlbs" ? policy.wlbs : expect.fail(`${node} is a WLBS host`);
}

const same: Change = () => undefined;

describe("the policy of a WLBS cluster", () => {
  it("is one for all hosts, with everything that the intent says", () => {
    const plan = planOf((web) => {
      web.vips.push("10.77.0.101/24");
      Object.assign(web, { internetName: "www.example.com", partition: "majority", filterIcmp: true });
      Object.assign(web.hosts["web-2"] ?? {}, { initialState: "suspended", retainSuspended: false });
    });
    expect(policyOf(plan, "web-2")).toEqual(policyOf(plan));
    expect(policyOf(plan)).toMatchObject({
      internetName: "www.example.com",
      vips: [
        { address: "10.77.0.100", prefixLength: 24 },
        { address: "10.77.0.101", prefixLength: 24 },
      ],
      partition: "majority",
      filterIcmp: true,
      heartbeatGroup: "239.255.0.100",
      heartbeatPort: 2504,
    });
    expect(policyOf(plan).hosts[1]).toMatchObject({ initialState: "suspended", retainSuspended: false });
  });

  it.each([
    ["unicast", "02:bf:0a:4d:00:64"],
    ["multicast", "03:bf:0a:4d:00:64"],
    ["igmp", "01:00:5e:7f:00:64"],
    ["direct", null],
  ] as const)("has the cluster MAC of its mode: %s", (mode, mac) => {
    expect(policyOf(planOf((web) => (web.mode = mode))).clusterMac).toBe(mac);
  });

  it("joins the group of a manual MAC in igmp mode", () => {
    const plan = planOf((web) => Object.assign(web, { mode: "igmp", clusterMac: "01:00:5e:01:02:03" }));
    expect(policyOf(plan)).toMatchObject({ clusterMac: "01:00:5e:01:02:03", heartbeatGroup: "239.129.2.3" });
  });

  it("names weights and priorities of every host, sorted by host ID, in every rule", () => {
    const { rules } = policyOf(
      planOf((web) => {
        Object.assign(web.hosts["web-1"] ?? {}, { id: 9 });
        web.rules.https = sampleRuleIntent({ startPort: 443, endPort: 443, weights: { "web-2": 80 } });
      }),
    );
    expect(rules.map(({ name }) => name)).toEqual(["http", "https"]);
    expect(rules[1]?.weights).toEqual([
      { hostId: 2, weight: 80 },
      { hostId: 3, weight: 50 },
      { hostId: 9, weight: 50 },
    ]);
    expect(rules[1]?.priorities.map(({ priority }) => priority)).toEqual([2, 3, 9]);
  });

  it("takes given priorities", () => {
    const priorities = { "web-1": 30, "web-2": 10, "web-3": 20 };
    const [rule] = policyOf(
      planOf((web) => (web.rules = { a: sampleRuleIntent({ mode: "single", priorities }) })),
    ).rules;
    expect(rule?.priorities.map(({ priority }) => priority)).toEqual([30, 10, 20]);
  });

  it("lists rules in one order, whatever the order of the file", () => {
    const a = sampleRuleIntent({ startPort: 53, endPort: 53, protocol: "udp" });
    const b = sampleRuleIntent({ startPort: 53, endPort: 53, protocol: "tcp" });
    const c = sampleRuleIntent({ startPort: 443, endPort: 443, vip: "10.77.0.100" });
    const forth = planOf((web) => (web.rules = { a, b, c }));
    const back = planOf((web) => (web.rules = { c, b, a }));
    expect(planText(back)).toBe(planText(forth));
    expect(policyOf(forth).rules.map(({ name }) => name)).toEqual(["b", "a", "c"]);
  });
});

describe("a change to a WLBS cluster", () => {
  const linesAfter = (change: Change, before: Change = same) =>
    planOf(change, planOf(before)).changes.find(({ node }) => node === "web-1")?.lines ?? [];

  it.each<[string, Change]>([
    ["virtual IP 10.77.0.101/24 is added", (web) => web.vips.push("10.77.0.101/24")],
    ["primary virtual IP: 10.77.0.100 becomes 10.77.0.102", (web) => (web.vips = ["10.77.0.102/24"])],
    ["virtual IP 10.77.0.100 is removed: its connections end", (web) => (web.vips = ["10.77.0.102/24"])],
    ["delivery mode: multicast becomes direct", (web) => (web.mode = "direct")],
    ["cluster MAC: 03:bf:0a:4d:00:64 becomes none", (web) => (web.mode = "direct")],
    ["full Internet name: none becomes a.b", (web) => (web.internetName = "a.b")],
    [
      "heartbeat: 125 ms x 4 (a dead host is found in 0.5 s) becomes 100 ms x 3 (a dead host is found in 0.3 s)",
      (web) => (web.heartbeat = { periodMs: 100, tolerance: 3 }),
    ],
    [
      "at a partition: every part serves becomes only the majority serves",
      (web) => (web.partition = "majority"),
    ],
    [
      "ping of a virtual IP: answered by every host becomes answered by one host",
      (web) => (web.filterIcmp = true),
    ],
    [
      "initial state of host web-2: started becomes suspended",
      (web) => Object.assign(web.hosts["web-2"] ?? {}, { initialState: "suspended" }),
    ],
    ["host web-3 (ID 3) leaves", (web) => delete web.hosts["web-3"]],
    [
      "port rule dns is added: UDP 53 on all virtual IPs, several hosts, affinity network for 20 min",
      (web) =>
        (web.rules.dns = sampleRuleIntent({
          startPort: 53,
          endPort: 53,
          protocol: "udp",
          affinity: "network",
          affinityTimeoutMin: 20,
        })),
    ],
    ["port rule http is removed: its traffic goes to the default host", (web) => delete web.rules.http],
    [
      "load weights of port rule http: web-1 50, web-2 50, web-3 50 becomes web-1 50, web-2 80, web-3 50",
      (web) => Object.assign(web.rules.http ?? {}, { weights: { "web-2": 80 } }),
    ],
    [
      "handling of port rule http: several hosts, affinity none becomes one host by priority",
      (web) => Object.assign(web.rules.http ?? {}, { mode: "single" }),
    ],
    [
      'probe of port rule http: none becomes HTTP 80 /healthz (200-399 with "ok") every 1000 ms within 500 ms, up after 2, down after 3, serves when all fail',
      (web) =>
        Object.assign(web.rules.http ?? {}, {
          probe: {
            check: {
              kind: "http",
              port: 80,
              path: "/healthz",
              host: null,
              statusMin: 200,
              statusMax: 399,
              bodyContains: "ok",
            },
            periodMs: 1000,
            timeoutMs: 500,
            rise: 2,
            fall: 3,
            whenAllFail: "serve",
          },
        }),
    ],
  ])("is told as: %s", (line, change) => {
    expect(linesAfter(change)).toContain(line);
  });

  it("is told in one line when a host joins, and rules keep theirs", () => {
    const lines = linesAfter(same, (web) => delete web.hosts["web-3"]);
    expect(lines).toEqual(["host web-3 joins with ID 3 at 10.77.0.3"]);
  });

  it("warns when it moves what all hosts must agree on, and says what happens", () => {
    const before = planOf(same);
    const { refusals } = planned((web) => (web.vips = ["10.77.0.102/24"]), before);
    expect(refusals).toMatchObject([{ rule: "B-cluster-move", severity: "warn" }]);
    expect(refusals[0]?.message).toContain("cluster MAC 03:bf:0a:4d:00:64 becomes 03:bf:0a:4d:00:66");
    expect(refusals[0]?.message).toContain("heartbeat group 239.255.0.100 port 2504 becomes 239.255.0.102");
    expect(planned((web) => (web.mode = "unicast"), before).refusals[0]?.reason).not.toContain("do not hear");
    expect(planned((web) => web.vips.push("10.77.0.102/24"), before).refusals).toEqual([]);
  });
});

describe("R32", () => {
  const converging = { ...sampleInventory(), converging: ["web"] };

  it("refuses a change to a cluster that converges", () => {
    const report = planned((web) => (web.filterIcmp = true), planOf(same), converging);
    expect(report.plan).toBeNull();
    expect(report.refusals).toMatchObject([{ rule: "R32", severity: "error" }]);
    expect(report.summary).toBe("Refused: 1 rule is broken");
  });

  it("refuses to take a host out of it, or to remove it", () => {
    const before = planOf(same);
    expect(planned((web) => delete web.hosts["web-3"], before, converging).plan).toBeNull();
    const intent = { ...sampleIntent(), wlbs: {} };
    const report = planFleet({ intent, inventory: converging, parent: { hash: "h", plan: before } });
    expect(report.refusals.map(({ rule }) => rule)).toEqual(["R32"]);
  });

  it("lets through what does not change it", () => {
    expect(planned(same, planOf(same), converging).plan).not.toBeNull();
    const intent = sampleIntent();
    intent.mscs = {};
    const report = planFleet({ intent, inventory: converging, parent: { hash: "h", plan: planOf(same) } });
    expect(report.refusals).toEqual([]);
  });
});

it("compares with a plan of the former form without finding differences that are none", () => {
  const before = structuredClone(planOf(same));
  for (const policy of Object.values(before.policies)) {
    if (policy.service !== "wlbs") continue;
    const { vips, internetName, partition, filterIcmp, hosts, rules, ...rest } = policy.wlbs;
    expect([internetName, partition, filterIcmp]).toEqual([null, "serve", false]);
    policy.wlbs = {
      ...rest,
      vip: vips[0]?.address,
      vipPrefixLength: vips[0]?.prefixLength,
      hosts: hosts.map(({ retainSuspended: _retain, ...host }) => host),
      rules: rules.map(({ name, startPort, endPort, protocol, mode, affinity }) => {
        return { name, startPort, endPort, protocol, mode, affinity };
      }),
    } as never;
  }
  const report = planned(same, before);
  expect(report.summary).toBe("Nothing changes");
  expect(report.refusals).toEqual([]);
});
