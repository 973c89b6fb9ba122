/** The runner over recorded answers: what it calls, with what, and what it makes of the answers. */
import { readFileSync } from "node:fs";
import { compileCib } from "@bulkhead/core/mscs";
import { expect, it } from "vitest";
import { newCib } from "./cib-xml.ts";
import type { Execute, Execution } from "./execute.ts";
import { createPacemakerRunner } from "./runner.ts";
import { pairPolicy } from "./testing/policy.ts";

const text = (name: string) => readFileSync(new URL(`testdata/${name}`, import.meta.url), "utf8");
const model = compileCib(pairPolicy);
const ok = (stdout: string): Execution => ({ code: 0, stdout, stderr: "" });

/** Answers by the beginning of the command line; the last matching rule wins. Time passes only by sleeping. */
function bench(rules: Record<string, Execution | (() => Execution)>) {
  const calls: { line: string; stdin: string | undefined }[] = [];
  let nowMs = 0;
  const run: Execute = (command, args, options) => {
    const line = [command, ...args].join(" ");
    calls.push({ line, stdin: options?.stdin });
    const rule = Object.entries(rules).findLast(([start]) => line.startsWith(start))?.[1];
    return Promise.resolve(
      typeof rule === "function" ? rule() : (rule ?? { code: 1, stdout: "", stderr: "no rule" }),
    );
  };
  const sleep = (delayMs: number) => {
    nowMs += delayMs;
    return Promise.resolve();
  };
  return {
    calls,
    runner: createPacemakerRunner({ cluster: "data", clock: { sleep, monotonicMs: () => nowMs }, run }),
  };
}

const lines = (calls: { line: string }[], start: string) =>
  calls.map((call) => call.line).filter((line) => line.startsWith(start));

it("is blind, with the reason, and remembers what there was", async () => {
  let crmMon = ok(text("crm-mon-online.xml"));
  const { runner } = bench({ crm_mon: () => crmMon });
  await runner.read();
  crmMon = { code: 102, stdout: text("crm-mon-not-connected.xml"), stderr: "" };
  const view = await runner.read();
  expect(view.engineBlind).toContain("Not connected");
  expect(view.groups).toMatchObject([{ name: "sql", state: "unknown", owner: null }]);
});

it("adds the witness vote and the epoch", async () => {
  const { runner } = bench({
    crm_mon: ok(text("crm-mon-online.xml")),
    "corosync-quorumtool": ok(text("quorum-witness-lost.txt")),
    "cibadmin --query --no-children": ok(`<cib admin_epoch="0" epoch="5" num_updates="9"/>`),
  });
  expect(await runner.readAll()).toMatchObject({ witnessVotes: false, cibEpoch: "0.5.9" });
});

it("writes through standard input and tries again when the engine has moved on", async () => {
  const answers: Execution[] = [{ code: 103, stdout: "", stderr: "Update was older" }, ok("")];
  const { runner, calls } = bench({
    "cibadmin --query": ok(newCib(model)),
    "cibadmin --replace": () => answers.shift() ?? ok(""),
  });
  expect(await runner.apply(model, null)).toBe("written");
  expect(lines(calls, "cibadmin")).toEqual([
    "cibadmin --query",
    "cibadmin --replace --xml-pipe --sync-call",
    "cibadmin --query",
    "cibadmin --replace --xml-pipe --sync-call",
  ]);
  expect(calls[1]?.stdin).toContain("10.77.0.50");
});

it("does not write over a configuration that is not the expected one", async () => {
  const { runner, calls } = bench({ "cibadmin --query": ok(newCib(model)) });
  expect(await runner.apply(model, "0.4.0")).toBe("outdated");
  expect(lines(calls, "cibadmin --replace")).toEqual([]);
});

it("shows why the engine refused a configuration", async () => {
  const { runner } = bench({
    "cibadmin --query": ok(newCib(model)),
    "cibadmin --replace": {
      code: 78,
      stdout: "",
      stderr: "Update does not conform to the configured schema",
    },
  });
  await expect(runner.apply(model, null)).rejects.toThrow("does not conform");
});

it("moves a group and always clears the constraint", async () => {
  const seen = [text("crm-mon-online.xml"), text("crm-mon-online.xml")];
  const arrived = text("crm-mon-online.xml").replace(/(<group [\s\S]*<\/group>)/, (group) =>
    group.replaceAll("db-2", "db-1"),
  );
  const { runner, calls } = bench({ crm_mon: () => ok(seen.shift() ?? arrived), crm_resource: ok("") });
  expect(await runner.move({ group: "sql", to: "db-1", waitMs: 5000 })).toEqual({
    result: "moved",
    tookMs: 200,
  });
  expect(lines(calls, "crm_resource")).toEqual([
    "crm_resource --resource sql --move --node db-1",
    "crm_resource --resource sql --clear",
  ]);
});

it("clears the constraint when the group never arrives", async () => {
  const { runner, calls } = bench({ crm_mon: ok(text("crm-mon-online.xml")), crm_resource: ok("") });
  expect(await runner.move({ group: "sql", to: "db-1", waitMs: 1000 })).toMatchObject({ result: "timeout" });
  expect(lines(calls, "crm_resource").at(-1)).toBe("crm_resource --resource sql --clear");
});

it("ends early when the group stays failed", async () => {
  const { runner } = bench({ crm_mon: ok(text("crm-mon-failed.xml")), crm_resource: ok("") });
  const outcome = await runner.move({ group: "sql", to: "db-2", waitMs: 120_000 });
  expect(outcome).toMatchObject({ result: "failed" });
  expect(outcome).toHaveProperty("message", expect.stringContaining("db failed"));
});

it.each([
  { result: "already", group: "sql", to: "db-2", seen: "crm-mon-online.xml" },
  { result: "not-found", group: "mail", to: "db-1", seen: "crm-mon-online.xml" },
  { result: "not-found", group: "sql", to: "db-9", seen: "crm-mon-online.xml" },
  { result: "refused", group: "sql", to: "db-1", seen: "crm-mon-unclean.xml" },
])("answers $result without touching the engine: $group to $to", async ({ result, group, to, seen }) => {
  const { runner, calls } = bench({ crm_mon: ok(text(seen)) });
  expect(await runner.move({ group, to, waitMs: 1000 })).toMatchObject({ result });
  expect(lines(calls, "crm_resource")).toEqual([]);
});
