/** The sentences that an admin reads before applying a change to a pair. */
import { describe, expect, it } from "vitest";
import { type MscsGroup, type MscsPolicy, sampleCommon, sampleGroup, samplePair } from "../mscs/index.ts";
import { mscsChanges } from "./mscs-changes.ts";

const changed = (after: Partial<MscsPolicy>, before: Partial<MscsPolicy> = {}) =>
  mscsChanges(samplePair(before), samplePair(after));
const ofGroup = (after: Partial<MscsGroup>) => changed({ groups: [sampleGroup(after)] });

describe("mscsChanges", () => {
  it("says nothing of what stays", () => {
    expect(changed({})).toEqual([]);
  });

  it("speaks of the pair", () => {
    const [first, second] = samplePair().nodes;
    expect(
      changed({
        tokenMs: 2000,
        witness: null,
        fencing: null,
        nodes: [{ ...first, secondAddress: "10.78.0.11" }, second],
        networks: [
          { name: "service", subnet: "10.77.0.0/24", role: "both", link: 0 },
          { name: "crossover", subnet: "10.78.0.0/24", role: "internal", link: 1 },
        ],
      }),
    ).toEqual([
      "token: 1000 ms becomes 2000 ms",
      "witness witness-1 is given up: the pair is not protected",
      "second heartbeat address of db-1: nothing becomes 10.78.0.11",
      "network crossover is added (10.78.0.0/24, internal, link 1)",
      "fencing is given up: the pair is not protected",
    ]);
  });

  it("names parameters of fencing one by one", () => {
    const fencing = { ...(samplePair().fencing ?? expect.fail()), nodes: { "db-1": { ip: "192.0.2.9" } } };
    expect(changed({ fencing })).toEqual([
      "fencing ip for db-1: 192.0.2.1 becomes 192.0.2.9",
      "fencing ip for db-2: 192.0.2.2 becomes nothing",
    ]);
  });

  it("does not take another order of members for a change", () => {
    const resources = sampleGroup().resources.map((item) => {
      const entries = Object.entries(item.restart).reverse();
      return { ...item, restart: Object.fromEntries(entries) as unknown as typeof item.restart };
    });
    expect(ofGroup({ resources })).toEqual([]);
  });

  it("speaks of groups that come and go", () => {
    expect(changed({ groups: [sampleGroup({ name: "mail", resources: [] })] })).toEqual([
      "group mail is added with no resources",
      "group sql is removed: disk, ip, db stop",
    ]);
  });

  it("speaks of each property of a group", () => {
    expect(
      ofGroup({
        preferredOwners: ["db-2", "db-1"],
        failback: { allow: true, windowHours: [2, 4] },
        failover: { threshold: 3, periodHours: 6 },
        priority: "high",
        antiAffinity: ["heavy"],
        persistentState: false,
      }),
    ).toEqual([
      "group sql: preferred owners: db-1 becomes db-2, db-1",
      "group sql: failback: prevented becomes between 2 and 4 h",
      "group sql: failover limit: 10 in 6 h becomes 3 in 6 h",
      "group sql: priority: medium becomes high",
      "group sql: keeps apart by: none becomes heavy",
      "group sql: remembers an order to be offline: yes becomes no",
    ]);
  });

  it("speaks of resources by the titles that the console shows", () => {
    const [disk, ip, db] = sampleGroup().resources;
    if (disk === undefined || ip?.type !== "ipAddress" || db === undefined) return expect.fail();
    const share = { share: "docs", directory: "/srv/docs", readOnly: false };
    expect(
      ofGroup({
        resources: [
          disk,
          { ...ip, address: "10.77.0.51", restart: { ...ip.restart, threshold: 0 } },
          { ...sampleCommon("docs", ["disk"]), type: "smbShare", ...share },
        ],
      }),
    ).toEqual([
      "group sql: address of ip: 10.77.0.50 becomes 10.77.0.51",
      "group sql: restart of ip: action failover, delayMs 500, periodS 900, threshold 3 becomes action failover, delayMs 500, periodS 900, threshold 0",
      "group sql: File Share (SMB) docs is added",
      "group sql: PostgreSQL db is removed and stops",
    ]);
  });

  it("speaks of another start order", () => {
    const [disk, ip, db] = sampleGroup().resources;
    if (disk === undefined || ip === undefined || db === undefined) return expect.fail();
    expect(ofGroup({ resources: [ip, disk, db] })).toEqual([
      "group sql: start order: disk, ip, db becomes ip, disk, db",
    ]);
  });
});
