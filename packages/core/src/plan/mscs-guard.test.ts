/** Rules of pairs, networks, groups and resources (DOMAIN 3.2, R21 to R30 and ours). */
import { describe, expect, it } from "vitest";
import { type MscsResource, sampleCommon } from "../mscs/index.ts";
import { checkPlacement } from "./index.ts";
import { type Change, changedFleet, nodeOf, pairOf } from "./testing/mscs-change.ts";
import type { Intent } from "./types.ts";

const sqlOf = (intent: Intent) => pairOf(intent).groups.sql ?? expect.fail("sql");
const resourceOf = (intent: Intent, name: string): MscsResource =>
  sqlOf(intent).resources.find((resource) => resource.name === name) ?? expect.fail(name);

function found(change: Change): string[] {
  const { intent, inventory } = changedFleet(change);
  return checkPlacement(intent, inventory).map(({ rule, severity }) => `${rule} ${severity}`);
}

function application(name: string, dependsOn: string[] = []): MscsResource {
  const settings = { command: "/bin/app", directory: "/", user: "root", stopSignal: "TERM" };
  return { ...sampleCommon(name, dependsOn), type: "genericApplication", ...settings };
}
function networkName(change: object = {}): MscsResource {
  const settings = { hostName: "sql", ip: "ip", update: "hosts" as const, server: null, keyFile: null };
  return { ...sampleCommon("name", ["ip"]), type: "networkName", ...settings, ttlS: 300, ...change };
}
const withName = (change: object) => (intent: Intent) => sqlOf(intent).resources.push(networkName(change));

describe("a pair", () => {
  it.each<[string, string[], Change]>([
    ["nothing wrong", [], () => undefined],
    [
      "one network only",
      ["R22 warn"],
      (intent) => {
        pairOf(intent).networks = {};
      },
    ],
    [
      "networks that overlap",
      ["R22 error"],
      (intent) =>
        Object.assign(pairOf(intent).networks, { wide: { subnet: "10.77.0.0/23", role: "client" } }),
    ],
    [
      "a node without an address on the second link",
      ["R22 error"],
      (_, inventory) => nodeOf(inventory, "db-2").addresses.shift(),
    ],
    [
      "networks for clients only",
      ["R22 error", "R22 error", "R23 error"],
      (intent) => {
        pairOf(intent).networks = { service: { subnet: "10.77.0.0/24", role: "client" } };
      },
    ],
    [
      "no witness, with a disk",
      ["B-protection error"],
      (intent) => {
        pairOf(intent).witness = null;
      },
    ],
    [
      "no fencing, with a disk",
      ["B-protection error"],
      (intent) => {
        pairOf(intent).fencing = null;
      },
    ],
    [
      "no fencing in the file of an adopted pair",
      ["B-protection warn"],
      (intent) => Object.assign(pairOf(intent), { fencing: null, engine: "adopted" }),
    ],
    [
      "neither, without a disk",
      [],
      (intent) => {
        Object.assign(pairOf(intent), { witness: null, fencing: null });
        sqlOf(intent).resources = [resourceOf(intent, "ip")];
      },
    ],
    [
      "fencing of a stranger",
      ["B-fencing error"],
      (intent) => Object.assign(pairOf(intent).fencing?.nodes ?? {}, { "db-3": { plug: "3" } }),
    ],
    [
      "a secret for all nodes",
      ["B-secret error"],
      (intent) => Object.assign(pairOf(intent).fencing?.parameters ?? {}, { password: "x" }),
    ],
    [
      "secrets by other names, and the places of some",
      ["B-secret error", "B-secret error", "B-secret error"],
      (intent) =>
        Object.assign(pairOf(intent).fencing?.parameters ?? {}, {
          hexadecimal_kg: "x",
          community: "x",
          api_key: "x",
          passwd_script: "/etc/bulkhead/fence-secret",
          identity_file: "/etc/bulkhead/fence-key",
        }),
    ],
  ])("%s: %j", (_, rules, change) => {
    expect(found(change)).toEqual(rules);
  });
});

describe("a group", () => {
  it.each<[string, string[], Change]>([
    [
      "a possible owner outside the pair",
      ["R27 error"],
      (intent) => resourceOf(intent, "ip").possibleOwners.push("web-1"),
    ],
    [
      "owners that leave nowhere to run",
      ["R27 error"],
      (intent) => {
        resourceOf(intent, "ip").possibleOwners.push("db-1");
        resourceOf(intent, "disk").possibleOwners.push("db-2");
      },
    ],
    ["one node only", ["R27 warn"], (intent) => resourceOf(intent, "ip").possibleOwners.push("db-1")],
    [
      "a preference for where it may not run",
      ["R27 error"],
      (intent) => resourceOf(intent, "ip").possibleOwners.push("db-2"),
    ],
    [
      "a window without failback",
      ["R28 warn"],
      (intent) => {
        sqlOf(intent).failback.windowHours = [2, 4];
      },
    ],
    [
      "a retry within the restart period",
      ["R29 error"],
      (intent) => {
        resourceOf(intent, "ip").retryAfterS = 899;
      },
    ],
    [
      "no retry at all",
      [],
      (intent) => {
        resourceOf(intent, "ip").retryAfterS = null;
      },
    ],
    [
      "too many groups",
      ["B-limit error"],
      (intent) => {
        for (let index = 0; index < 62; index++)
          pairOf(intent).groups[`g${index}`] = { ...sqlOf(intent), resources: [] };
      },
    ],
    [
      "too many resources",
      ["B-limit error"],
      (intent) => {
        for (let index = 0; index < 38; index++) sqlOf(intent).resources.push(application(`a${index}`));
      },
    ],
    [
      "the name of a fence device",
      ["B-name error"],
      (intent) => {
        pairOf(intent).groups["fence-db-1"] = { ...sqlOf(intent), resources: [] };
      },
    ],
    [
      "one name in two groups of an adopted pair",
      ["B-name error"],
      (intent) => {
        pairOf(intent).engine = "adopted";
        pairOf(intent).groups.app = { ...sqlOf(intent), resources: [application("ip")] };
      },
    ],
  ])("%s: %j", (_, rules, change) => {
    expect(found(change)).toEqual(rules);
  });
});

describe("a resource", () => {
  const addressed = (address: string) => (intent: Intent) =>
    Object.assign(resourceOf(intent, "ip"), { address });
  it.each<[string, string[], Change]>([
    ["an address outside every network", ["R25 error"], addressed("10.99.0.50")],
    ["an address in the nodes' own network", ["R25 error"], addressed("10.77.9.50")],
    ["the broadcast address", ["R25 error"], addressed("10.77.0.255")],
    [
      "an address whose subnet a node is not in",
      ["R25 warn", "R25 warn"],
      (intent) => {
        pairOf(intent).networks.clients = { subnet: "10.99.0.0/24", role: "client" };
        addressed("10.99.0.50")(intent);
      },
    ],
    ["a network name", [], withName({})],
    ["a network name for no address", ["R26 error"], withName({ ip: "disk", dependsOn: ["disk", "ip"] })],
    [
      "a network name that does not wait for its address",
      ["R26 error", "R26 error"],
      withName({ dependsOn: [] }),
    ],
    ["a network name in DNS without a server", ["B-network-name error"], withName({ update: "dns" })],
    [
      "a share without disk and address",
      ["R26 error", "R26 error"],
      (intent) => {
        const share = { share: "docs", directory: "/srv/docs", readOnly: false };
        sqlOf(intent).resources.push({ ...sampleCommon("docs"), type: "smbShare", ...share });
      },
    ],
    [
      "a share that has them by way of another",
      [],
      (intent) => {
        const share = { share: "docs", directory: "/srv/docs", readOnly: false };
        sqlOf(intent).resources.push({ ...sampleCommon("docs", ["db"]), type: "smbShare", ...share });
      },
    ],
    [
      "a dependency that never moves the group",
      ["B-weak-dependency warn"],
      (intent) => {
        resourceOf(intent, "disk").restart = { ...resourceOf(intent, "disk").restart, action: "restart" };
      },
    ],
  ])("%s: %j", (_, rules, change) => {
    expect(found(change)).toEqual(rules);
  });
});
