/** The commands of a node without its controller: the real command line, the real socket, a recording half. */
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, it } from "vitest";
import { exitCodeOf } from "./local-client.ts";
import { Bench, mscsForUs, wlbsPolicy } from "./testing/agent-bench.ts";
import { runProgram } from "./testing/run-program.ts";

let bench: Bench;
beforeEach(async () => {
  bench = await Bench.open();
  await bench.linkedAgent();
});
afterEach(() => bench.close());

const main = fileURLToPath(new URL("main.ts", import.meta.url));
const agent = (...args: string[]) =>
  runProgram("env", [`BULKHEAD_ROOT=${bench.root}`, process.execPath, main, ...args]);

it.each([
  { typed: ["wlbs", "enable", "192.0.2.100:80"], asked: 'wlbs.enable {"target":"192.0.2.100:80"}' },
  { typed: ["wlbs", "drainstop", "--deadline", "60"], asked: 'wlbs.drainstop {"deadlineS":"60"}' },
  { typed: ["wlbs", "drainstop"], asked: "wlbs.drainstop {}" },
  {
    typed: ["wlbs", "filter", "--from", "192.0.2.7:40000", "--to", "192.0.2.100:80"],
    asked: 'wlbs.filter {"protocol":"tcp","from":"192.0.2.7:40000","to":"192.0.2.100:80"}',
  },
  { typed: ["wlbs", "ip2mac", "192.0.2.100"], asked: 'wlbs.ip2mac {"address":"192.0.2.100"}' },
])("passes on $typed", async ({ typed, asked }) => {
  await bench.push(wlbsPolicy, 1);
  expect(await agent(...typed)).toMatchObject({ exitCode: 0, stdout: `${asked}\n`, stderr: "" });
});

it.each([
  {
    typed: ["move", "sql", "--to", "db-2"],
    verb: "move",
    object: { kind: "group", name: "sql" },
    to: "db-2",
  },
  { typed: ["offline", "sql/ip"], verb: "offline", object: { kind: "resource", name: "sql/ip" } },
  { typed: ["pause", "db-1", "drain"], verb: "pause", object: { kind: "node", name: "db-1" }, mode: "drain" },
  { typed: ["clear-all", "data"], verb: "clear", object: { kind: "pair", name: "data" } },
  {
    typed: ["restart", "sql", "--deadline", "9"],
    verb: "restart",
    object: { kind: "group", name: "sql" },
    deadlineS: 9,
  },
])("passes the order $typed on and waits for its end", async ({ typed, ...order }) => {
  await bench.push(mscsForUs, 1);
  const { exitCode, stdout } = await agent("mscs", ...typed);
  expect(exitCode).toBe(0);
  const [verb, args] = [stdout.slice(0, 10), JSON.parse(stdout.slice(11)) as Record<string, string>];
  expect({ verb, by: args["by"], wait: args["wait"] }).toEqual({
    verb: "mscs.order",
    by: "local",
    wait: "true",
  });
  const gaps = { to: null, mode: null, deadlineS: null };
  expect(JSON.parse(args["order"] ?? "")).toEqual({ ...gaps, ...order });
});

it("tells a wrong use from a refusal by its exit code, and prints JSON when asked", async () => {
  expect(await agent("wlbs", "conquer")).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining("unknown command"),
  });
  expect(await agent("wlbs", "enable")).toMatchObject({ exitCode: 2 });
  expect(await agent("wlbs", "--help")).toMatchObject({
    exitCode: 0,
    stdout: expect.stringContaining("queryport"),
  });
  const lonely = await agent("wlbs", "query", "--json");
  expect(lonely.exitCode).toBe(1);
  expect(JSON.parse(lonely.stdout)).toMatchObject({ code: "not-found" });
});

it("gives every code its exit code", () => {
  const drain = { verb: "command", command: "wlbs.drainstop", args: {} } as const;
  const enable = { verb: "command", command: "wlbs.enable", args: {} } as const;
  const codes = (["ok", "already", "drain-stop", "stopped", "suspended", "bad-params"] as const).map(
    (code) => [exitCodeOf(code, drain), exitCodeOf(code, enable)],
  );
  expect(codes).toEqual([
    [0, 0],
    [0, 0],
    [0, 0],
    [0, 1],
    [1, 1],
    [2, 2],
  ]);
});

it("reload carries the signed policy on the disk out again, and none that is damaged", async () => {
  expect(await agent("wlbs", "reload")).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining("no WLBS host"),
  });
  await bench.push(wlbsPolicy, 1);
  expect(await agent("wlbs", "reload")).toMatchObject({
    exitCode: 0,
    stdout: expect.stringContaining("Bundle 1"),
  });
  expect(bench.half.calls).toEqual(["apply wlbs", "apply wlbs"]);
  writeFileSync(bench.paths.policy, readFileSync(bench.paths.policy, "utf8").replace("payload", "Payload"));
  expect(await agent("wlbs", "reload")).toMatchObject({
    exitCode: 1,
    stderr: expect.stringMatching(/is damaged .* policy in force goes on/),
  });
  expect(bench.half.calls).toHaveLength(2);
});

it("a pair has nothing to reload", async () => {
  await bench.push(mscsForUs, 1);
  expect(await agent("wlbs", "reload")).toMatchObject({ exitCode: 2 });
  expect(bench.half.calls).toEqual(["apply mscs"]);
});
