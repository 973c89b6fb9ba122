/** The readers on text that the real tools printed (Pacemaker 2.1.5, Corosync 3.1.7). */
import { readFileSync } from "node:fs";
import { toClusterView } from "@bulkhead/core/mscs";
import { expect, it } from "vitest";
import { readCrmMon } from "./crm-mon.ts";
import { readQuorumTool } from "./quorum-tool.ts";

const text = (name: string) => readFileSync(new URL(`testdata/${name}`, import.meta.url), "utf8");
const view = (name: string) =>
  toClusterView(readCrmMon(text(name)), { cluster: "data", witnessVotes: null, cibEpoch: null });

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
