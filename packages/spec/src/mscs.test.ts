/** Pairs in the fleet file: defaults, every type, and one sentence for each mistake. */
import { resourceTypes } from "@bulkhead/core/mscs";
import { describe, expect, it } from "vitest";
import { formatFleet, parseFleet } from "./index.ts";

const resources: Record<string, string> = {
  ipAddress: "address: 10.77.0.50/24",
  networkName: "hostName: sql.example.com, ip: ip",
  filesystem: "device: /dev/sdb1, mount: /srv/sql",
  nfsShare: "directory: /srv/nfs, clients: 10.77.0.0/24, fsid: 1",
  smbShare: "share: docs, directory: /srv/docs",
  genericService: "unit: nginx.service",
  genericApplication: "command: /usr/bin/app --port 80",
  genericScript: "script: /srv/run",
  printSpooler: "spoolDirectory: /srv/spool",
  timeService: "",
  postgresql: "dataDir: /srv/sql/data",
  messageQueue: "dataDir: /srv/mq",
  ocf: "agent: ocf:heartbeat:nginx, parameters: { port: 80, verbose: true }",
};

const file = (pair: string) => `version: 1\nmscs:\n  data:\n    nodes: [db-1, db-2]\n${pair}`;
const withResource = (text: string) => file(`    groups: { g: { resources: { r: { ${text} } } } }\n`);

function pairOf(text: string) {
  const result = parseFleet(text);
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  const { data } = result.intent.mscs;
  if (data === undefined) throw new Error("no pair");
  return data;
}
const messages = (text: string) => {
  const result = parseFleet(text);
  return result.ok ? [] : result.problems.map(({ message }) => message);
};

describe("a pair", () => {
  it("needs neither witness nor fencing nor networks to be written down", () => {
    expect(pairOf(file("    groups: {}\n"))).toEqual({
      nodes: ["db-1", "db-2"],
      engine: "made",
      networks: {},
      witness: null,
      fencing: null,
      tokenMs: 1000,
      groups: {},
    });
  });

  it("has networks in their canonical form, and parameters as texts", () => {
    const { networks, fencing } = pairOf(
      file(`    networks: { a: { subnet: "FD77:0::/64" }, b: { subnet: 10.1.0.0/16, role: internal } }
    fencing: { agent: fence_ipmilan, parameters: { lanplus: true }, nodes: { db-1: { ip: 10.0.0.1, port: 7 } } }
    groups: {}\n`),
    );
    expect(networks).toEqual({
      a: { subnet: "fd77::/64", role: "both" },
      b: { subnet: "10.1.0.0/16", role: "internal" },
    });
    expect(fencing?.parameters).toEqual({ lanplus: "true" });
    expect(fencing?.nodes).toEqual({ "db-1": { ip: "10.0.0.1", port: "7" } });
  });

  it.each([
    [
      "    networks: { a: { subnet: 10.1.0.7/16 } }",
      "write the address of the network itself, for example 10.77.0.0/24",
    ],
    ["    tokenMs: 900", "a token below 1000 ms makes healthy nodes fence each other under load"],
    ["    fencing: { agent: reboot }", "name a fence agent in /usr/sbin, for example fence_ipmilan"],
    [
      "    groups: { g: { failback: { allow: true, windowHours: [2] }, resources: {} } }",
      "a window has two hours from 0 to 23, its start and its end, for example [2, 4]",
    ],
  ])("%j is refused", (line, message) => {
    const rest = line.includes("groups") ? "" : "    groups: {}\n";
    expect(messages(file(`${line}\n${rest}`))).toEqual([message]);
  });
});

describe("a resource", () => {
  it("is known in every type, with the defaults of DOMAIN 2.4", () => {
    expect(Object.keys(resources).sort()).toEqual(resourceTypes.map(({ type }) => type).sort());
    for (const [type, fields] of Object.entries(resources)) {
      const [resource] = pairOf(withResource(`type: ${type}, ${fields}`)).groups["g"]?.resources ?? [];
      expect(resource, type).toMatchObject({
        type,
        name: "r",
        dependsOn: [],
        possibleOwners: [],
        restart: { action: "failover", threshold: 3, periodS: 900, delayMs: 500 },
        pendingTimeoutS: null,
        looksAliveS: null,
        isAliveS: null,
        retryAfterS: 3600,
      });
    }
  });

  it("is written without what it need not say", () => {
    const text = withResource(
      `type: genericScript, ${resources["genericScript"]}, user: root, looksAliveS: 3`,
    );
    const written = formatFleet({ wlbs: {}, mscs: { data: pairOf(text) } });
    expect(written).toContain("looksAliveS: 3");
    expect(written).not.toMatch(/user|isAliveS|retryAfterS|priority|engine|witness|delayMs/);
  });

  it.each([
    ["rabbitmq", "", 5672],
    ["mosquitto", "", 1883],
    ["mosquitto", ", port: 8883", 8883],
  ])("of the broker %s%s listens on port %i", (broker, more, port) => {
    const text = withResource(`type: messageQueue, dataDir: /srv/mq, broker: ${broker}${more}`);
    expect(pairOf(text).groups["g"]?.resources[0]).toMatchObject({ port });
  });

  it("is tried again no sooner than its restarts are forgotten", () => {
    const text = withResource(`type: timeService, restart: { periodS: 7200 }`);
    expect(pairOf(text).groups["g"]?.resources[0]?.retryAfterS).toBe(7200);
  });

  it("is never tried again if it says so", () => {
    const text = withResource(`type: timeService, retryAfterS: never`);
    expect(pairOf(text).groups["g"]?.resources[0]?.retryAfterS).toBeNull();
  });

  it.each([
    [
      "type: timeService, isAliveS: 60",
      "a resource of type timeService has no thorough check beside looksAlive, so it takes no isAliveS",
    ],
    [
      "type: dhcp",
      "write type: and one of ipAddress, networkName, filesystem, nfsShare, smbShare, printSpooler, genericService, genericApplication, genericScript, timeService, ocf, postgresql, messageQueue",
    ],
    ["type: ocf, agent: nginx", "write the agent as ocf:provider:type, for example ocf:heartbeat:nginx"],
    ["type: networkName, hostName: a_b, ip: ip", "write a host name, for example sql.example.com"],
    ["type: timeService, retryAfterS: soon", "write a whole number of seconds from 1 to 10000000, or never"],
    ["type: timeService, colour: red", "unknown field colour"],
    ["type: filesystem, device: /dev/sdb1", "the field mount is missing"],
  ])("%s is refused", (text, message) => {
    expect(messages(withResource(text))).toEqual([message]);
  });

  it("names range and cure of a number that is out of it", () => {
    const result = parseFleet(withResource("type: timeService, restart: { threshold: 1001 }"));
    expect(result.ok ? [] : result.problems).toMatchObject([
      { path: "mscs.data.groups.g.resources.r.restart.threshold", cure: "Write at most 1000." },
    ]);
  });
});
