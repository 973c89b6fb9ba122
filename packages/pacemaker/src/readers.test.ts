/** The readers on text that the real tools printed (Pacemaker 2.1.5, Corosync 3.1.7). */
import { readFileSync } from "node:fs";
import { declaredFailed, toClusterView } from "@bulkhead/core/mscs";
import { expect, it } from "vitest";
import { readCfgTool } from "./cfgtool.ts";
import { readCibFacts } from "./cib-facts.ts";
import { readCrmMon } from "./crm-mon.ts";
import { engineTime } from "./engine-time.ts";
import { readQdeviceTool } from "./qdevice-tool.ts";
import { readQuorumTool } from "./quorum-tool.ts";
import { parseXml } from "./xml.ts";

const text = (name: string) => readFileSync(new URL(`testdata/${name}`, import.meta.url), "utf8");
const view = (name: string) => viewOf(text(name));
const viewOf = (printed: string) =>
  toClusterView(readCrmMon(printed), {
    cluster: "data",
    witnessVotes: null,
    cibEpoch: null,
    fenceTargets: { "fence-n1": "n1", "fence-n2": "n2" },
  });

it("reads a healthy pair", () => {
  expect(view("crm-mon-online.xml")).toMatchObject({
    dc: "db-2",
    hasQuorum: true,
    fencingEnabled: true,
    nodes: [
      { name: "db-1", state: "up", pause: null },
      { name: "db-2", state: "up", pause: null },
    ],
    groups: [{ name: "sql", state: "online", owner: "db-2" }],
    fenceHistory: [
      { target: "db-1", action: "reboot", status: "success", completed: "2026-11-22 21:05:39Z" },
    ],
  });
  expect(view("crm-mon-online.xml").groups[0]?.resources.map((resource) => resource.name)).toEqual([
    "disk",
    "ip",
    "db",
  ]);
});

it("reads a frozen owner, not yet fenced, as unknown", () => {
  const found = view("crm-mon-unclean.xml");
  expect(found.nodes).toEqual([
    { name: "db-1", state: "unclean", pause: null },
    { name: "db-2", state: "up", pause: null },
  ]);
  expect(found.groups[0]).toMatchObject({ state: "unknown", owner: null });
});

it("reads a killed database as failed, with its count", () => {
  const group = view("crm-mon-failed.xml").groups[0];
  expect(group).toMatchObject({ state: "failed", owner: "db-1" });
  expect(group?.resources[2]).toMatchObject({ name: "db", state: "failed", failCount: 1 });
});

it("tells an engine that does not answer from a cluster", () => {
  expect(() => readCrmMon(text("crm-mon-not-connected.xml"))).toThrow("crm_mon: Not connected (code 102)");
  expect(() => readCrmMon("")).toThrow("nothing");
});

it("reads membership and the witness vote", () => {
  expect(readQuorumTool(text("quorum-online.txt"))).toEqual({
    quorate: true,
    witnessVotes: true,
    members: [1, 2],
  });
  expect(readQuorumTool(text("quorum-one-node.txt"))).toEqual({
    quorate: true,
    witnessVotes: true,
    members: [2],
  });
  expect(readQuorumTool(text("quorum-witness-lost.txt"))).toEqual({
    quorate: true,
    witnessVotes: false,
    members: [1, 2],
  });
  expect(readQuorumTool("Cannot initialize CMAP service")).toEqual({
    quorate: false,
    witnessVotes: null,
    members: [],
  });
});

it("reads what was ordered offline, and since when the other group is where it is", () => {
  const [sql, queue] = view("crm-mon-ordered-offline.xml").groups;
  expect(sql).toMatchObject({ state: "offline", isOrderedOffline: true, owner: null, since: null });
  expect(queue).toMatchObject({ state: "online", isOrderedOffline: false });
  expect(queue?.since).toBeGreaterThan(Date.UTC(2026, 10, 23));
});

it("reads maintenance and a paused node", () => {
  expect(view("crm-mon-maintenance.xml")).toMatchObject({
    isMaintenance: true,
    groups: [{ state: "online" }, {}],
  });
  expect(view("crm-mon-standby.xml")).toMatchObject({
    isMaintenance: false,
    nodes: [
      { name: "n1", state: "paused", pause: "drain" },
      { name: "n2", state: "up", pause: null },
    ],
    groups: [{ name: "sql", owner: "n2" }, {}],
  });
});

it("reads a fence device that does not work, with the cause", () => {
  const { fencing } = view("crm-mon-fencing-broken.xml");
  expect(fencing[0]).toMatchObject({ device: "fence-n1", working: false });
  expect(fencing[0]?.why).toMatch(
    /^(A check|Bringing it online) failed on n2 at 2026-11-23 02:53:\d\d UTC: error$/,
  );
  expect(view("crm-mon-online.xml").fencing.map(({ working }) => working)).toEqual([true, true]);
});

it("reads why a resource failed", () => {
  const resource = view("crm-mon-declared-failed.xml").groups[0]?.resources[1];
  expect(resource).toMatchObject({ name: "app", state: "online" });
  expect(resource?.lastFailure).toBe("It was declared failed by order on n1 at 2026-11-23 02:52:54 UTC");
});

it("knows a failure by order from the words that it leaves in the status", () => {
  const ordered = text("crm-mon-declared-failed.xml")
    .replaceAll("asyncmon", "monitor")
    .replace("Simulated failure", declaredFailed);
  const resource = viewOf(ordered).groups[0]?.resources[1];
  expect(resource?.lastFailure).toBe("It was declared failed by order on n1 at 2026-11-23 02:52:54 UTC");
});

it("reads the links to the other node", () => {
  expect(readCfgTool(text("links-both.txt"))).toEqual([
    { link: 0, local: "10.77.0.11", remote: "10.77.0.12", peer: 2, isConnected: true },
    { link: 1, local: "10.78.0.11", remote: "10.78.0.12", peer: 2, isConnected: true },
  ]);
  expect(readCfgTool(text("links-one-lost.txt")).map((link) => link.isConnected)).toEqual([true, false]);
  expect(readCfgTool("Could not initialize corosync configuration API error CS_ERR_LIBRARY")).toEqual([]);
});

it("reads the connection to the witness, and does not call it plain while there is none", () => {
  const plain = text("qdevice-connected.txt");
  expect(readQdeviceTool(plain)).toEqual({ state: "Connected", isConnected: true, isTls: false });
  const secret = plain.replace(/TLS active:.*/, "TLS active:\t\tYes (client certificate sent)");
  expect(readQdeviceTool(secret)).toMatchObject({ isTls: true });
  expect(readQdeviceTool(text("qdevice-connecting.txt"))).toEqual({
    state: "Connecting",
    isConnected: false,
    isTls: null,
  });
  expect(readQdeviceTool("Can't connect to QDevice socket (is QDevice running?)")).toBeNull();
});

it("reads the three forms of the engine's times, and nothing from others", () => {
  const at = Date.UTC(2026, 10, 3, 2, 47, 5);
  expect(engineTime("Tue Nov  3 02:47:05 2026")).toBe(at);
  expect(engineTime("2026-11-03 02:47:05Z")).toBe(at);
  expect(engineTime("2026-11-03 03:47:05 +01:00")).toBe(at);
  for (const other of [undefined, "", "soon", "Tue Foo  3 02:47:05 2026", "2026-13-03 02:47:05Z"])
    expect(engineTime(other)).toBeNull();
});

it("reads from a CIB which groups are halted, what floats, and whom each fence device switches off", () => {
  const pair = parseXml(text("pair.cib.xml"), "cib");
  expect(readCibFacts(pair)).toMatchObject({
    halted: [],
    floating: ["10.77.0.50"],
    fenceTargets: { "fence-db-1": "db-1", "fence-db-2": "db-2" },
  });
  const marked = text("pair.cib.xml").replace(
    /<group id="([^"]+)">/,
    '<group id="$1"><meta_attributes id="h"><nvpair id="h-1" name="bulkhead-halted" value="1795402025"/></meta_attributes>',
  );
  expect(readCibFacts(parseXml(marked, "cib")).halted).toHaveLength(1);
  const cloned = text("pair.cib.xml").replace(
    "</resources>",
    '<clone id="c"><primitive id="six" class="ocf" provider="heartbeat" type="IPv6addr"><instance_attributes id="s"><nvpair id="s-1" name="ipv6addr" value="2001:DB8:0::50/64"/></instance_attributes></primitive></clone></resources>',
  );
  expect(readCibFacts(parseXml(cloned, "cib")).floating).toEqual(["10.77.0.50", "2001:db8::50"]);
});
