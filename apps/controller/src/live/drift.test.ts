import type { Service } from "@bulkhead/core/fleet";
import type { NodePolicy, Wall } from "@bulkhead/core/plan";
import { describe, expect, it } from "vitest";
import { driftKey, findDrift, type ObservedNode } from "./drift.ts";

const wall: Wall = {
  vips: [{ address: "10.77.0.100", cluster: "web" }],
  mscsAddresses: [{ address: "10.77.0.50", owner: "resource ip of group sql in data" }],
};
const witness: NodePolicy = { service: "witness", witness: { cluster: "data", address: "10.77.0.20" }, wall };
// Only service and wall are looked at; the rest of a policy is another test's business.
const wlbs = { service: "wlbs", wlbs: {}, wall } as unknown as NodePolicy;
const mscs = { service: "mscs", mscs: {}, wall } as unknown as NodePolicy;

function node(
  name: string,
  policy: NodePolicy | null,
  seen: { services?: Service[]; addresses?: string[]; machineId?: string },
): ObservedNode {
  return {
    name,
    policy,
    inventory: {
      machineId: seen.machineId ?? `machine-${name}`,
      hostname: name,
      agentVersion: "1",
      kernel: "6",
      addresses: (seen.addresses ?? []).map((address) => ({ interface: "eth0", address, prefixLength: 24 })),
      servicesSeen: seen.services ?? [],
    },
  };
}

describe("findDrift", () => {
  it.each([
    ["a WLBS host with Pacemaker", node("web-1", wlbs, { services: ["wlbs", "mscs"] }), ["R3"]],
    ["a WLBS host that holds a group address", node("web-1", wlbs, { addresses: ["10.77.0.50"] }), ["R5"]],
    ["an MSCS node with the WLBS data plane", node("db-1", mscs, { services: ["mscs", "wlbs"] }), ["R3"]],
    [
      "an MSCS node that holds the VIP, mapped",
      node("db-1", mscs, { addresses: ["::ffff:10.77.0.100"] }),
      ["R4"],
    ],
    ["a witness that holds the VIP", node("witness-1", witness, { addresses: ["10.77.0.100"] }), ["R4"]],
    ["an unused node with both", node("spare", null, { services: ["wlbs", "mscs"] }), ["R3"]],
    ["a WLBS host with its VIP", node("web-1", wlbs, { services: ["wlbs"], addresses: ["10.77.0.100"] }), []],
    [
      "an MSCS node with its group address",
      node("db-1", mscs, { services: ["mscs"], addresses: ["10.77.0.50"] }),
      [],
    ],
    ["an unused node with one service", node("spare", null, { services: ["mscs"] }), []],
  ])("%s", (_what, observed, rules) => {
    expect(findDrift([observed]).map(({ rule }) => rule)).toEqual(rules);
  });

  it("finds one machine under two names", () => {
    const twins = [node("a", null, { machineId: "m" }), node("b", null, { machineId: "m" })];
    expect(findDrift(twins).map(({ rule }) => rule)).toEqual(["R2"]);
  });

  it("keeps the key of a violation while it lasts", () => {
    const [first] = findDrift([node("web-1", wlbs, { services: ["wlbs", "mscs"] })]);
    const [again] = findDrift([node("web-1", wlbs, { services: ["mscs", "wlbs"] })]);
    expect(first && again && driftKey(first) === driftKey(again)).toBe(true);
  });
});
