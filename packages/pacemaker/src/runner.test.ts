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
/** Of a pair whose address is still another one. */
const otherCib = newCib(model).replaceAll("10.77.0.50", "10.77.0.51");
const ok = (stdout: string): Execution => ({ code: 0, stdout, stderr: "" });

/** Answers by the beginning of the command line; the last matching rule wins. */
function bench(rules: Record<string, Execution | (() => Execution)>) {
  const calls: { line: string; stdin: string | undefined }[] = [];
  const run: Execute = (command, args, options) => {
    const line = [command, ...args].join(" ");
    calls.push({ line, stdin: options?.stdin });
    const rule = Object.entries(rules).findLast(([start]) => line.startsWith(start))?.[1];
    return Promise.resolve(
      typeof rule === "function" ? rule() : (rule ?? { code: 1, stdout: "", stderr: "no rule" }),
    );
  };
  const membership = () => ({ node: "db-1", policy: pairPolicy });
  return {
    calls,
    runner: createPacemakerRunner({ cluster: "data", run, membership }),
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
    "cibadmin --query": ok(`<cib admin_epoch="0" epoch="5" num_updates="9"/>`),
  });
  expect(await runner.readAll()).toMatchObject({ witnessVotes: false, cibEpoch: "0.5.9" });
});

it("names the node that has lost the witness", async () => {
  const { runner } = bench({
    crm_mon: ok(text("crm-mon-online.xml")),
    "corosync-quorumtool": ok(text("quorum-witness-lost.txt")),
    "corosync-qdevice-tool": ok(text("qdevice-connecting.txt")),
  });
  expect((await runner.readAll()).witness.why).toMatch(/^db-1 has no connection to it \(connect/);
});

it("writes through standard input and tries again when the engine has moved on", async () => {
  const answers: Execution[] = [{ code: 103, stdout: "", stderr: "Update was older" }, ok("")];
  const { runner, calls } = bench({
    "cibadmin --query": ok(otherCib),
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
    "cibadmin --query": ok(otherCib),
    "cibadmin --replace": {
      code: 78,
      stdout: "",
      stderr: "Update does not conform to the configured schema",
    },
  });
  await expect(runner.apply(model, null)).rejects.toThrow("does not conform");
});

it("leaves the CIB alone when nothing changes", async () => {
  const { runner, calls } = bench({ "cibadmin --query": ok(newCib(model)) });
  await runner.edit((cib) => cib);
  expect(lines(calls, "cibadmin --replace")).toEqual([]);
});

it("makes an edit again on the newer CIB when somebody else was quicker", async () => {
  const answers: Execution[] = [{ code: 103, stdout: "", stderr: "Update was older" }, ok("")];
  const documents = [newCib(model), newCib(model).replace(' epoch="0"', ' epoch="1"')];
  const { runner, calls } = bench({
    "cibadmin --query": () => ok(documents.shift() ?? ""),
    "cibadmin --replace": () => answers.shift() ?? ok(""),
  });
  await runner.orders.setOffline("sql", true);
  const written = calls.filter(({ line }) => line.startsWith("cibadmin --replace"));
  expect(written).toHaveLength(2);
  expect(written[1]?.stdin).toContain('admin_epoch="0" epoch="1"');
  expect(written[1]?.stdin).toContain('name="target-role" value="Stopped"');
});

it("names the tool and what it said when an order is refused", async () => {
  const { runner } = bench({
    "cibadmin --query": ok(newCib(model)),
    crm_resource: { code: 6, stdout: "", stderr: "Resource sql.ip is not running on db-2" },
  });
  await expect(runner.orders.fail("sql.ip", "db-2")).rejects.toThrow("not running on db-2");
});

it("initiates a failure by one record in the status, and leaves the engine's own tool alone", async () => {
  const check = `<lrm_rsc_op id="m" operation="monitor" interval="2000" rc-code="0" transition-key="16:1:0:x"/>`;
  const history = `<lrm id="2"><lrm_resources><lrm_resource id="sql.ip">${check}</lrm_resource></lrm_resources></lrm>`;
  const status = `<status><node_state id="2" uname="db-2">${history}</node_state></status>`;
  const { runner, calls } = bench({
    "cibadmin --query": ok(`<cib><configuration/>${status}</cib>`),
    "cibadmin --modify": ok(""),
  });
  await runner.orders.fail("sql.ip", "db-2");
  expect(lines(calls, "crm_resource")).toEqual([]);
  const written = calls.find(({ line }) => line.startsWith("cibadmin --modify"));
  expect(written?.line).toContain("--scope status");
  expect(written?.stdin).toContain('id="sql.ip_last_failure_0"');
});
