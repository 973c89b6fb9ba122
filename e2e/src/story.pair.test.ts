/** What the admin of a pair does: orders, changes past the policy, policies that a node cannot carry out. */
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { applyEdited, groupOwner, owner, pairView, wholePair } from "./fleet.ts";
import { bulkhead, inNode, query, tiers, until } from "./system.ts";

/** The command line's answer; a code other than the expected one shows what it said. */
async function mscs(expected: number, ...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await bulkhead("mscs", ...args);
  expect(code, `bulkhead mscs ${args.join(" ")}\n${stdout}${stderr}`).toBe(expected);
  return stdout + stderr;
}

interface Row {
  group: string;
  startedAt: number;
  from: string | null;
  to: string | null;
  cause: string;
}

const historySince = async (time: number) =>
  (await query<Row[]>("mscs.history", { cluster: "data", group: "sql", limit: 20 }))
    .filter(({ startedAt }) => startedAt >= time)
    .map(({ from, to, cause }) => `${from} ${to} ${cause}`);

/** Failures of a resource that count on its node. */
async function failures(group: string, resource: string): Promise<number | undefined> {
  const found = (await pairView())?.groups.find(({ name }) => name === group);
  return found?.resources.find(({ name }) => name === resource)?.failCount;
}

/** What an act must not leave behind: pins, pauses, orders to be offline. */
async function leftovers(): Promise<string> {
  const { stdout } = await inNode("db-1", ["cibadmin", "--query", "--scope", "configuration"]);
  return (stdout.match(/bulkhead-run-[\w-]*|name="target-role"|name="standby"|bulkhead-pause/g) ?? []).join();
}

/** Somebody changes a parameter with the engine's own tool. */
async function changeByHand(): Promise<void> {
  const set = ["--set-parameter", "cidr_netmask", "--parameter-value", "25"];
  const { code, stderr } = await inNode("db-2", ["crm_resource", "--resource", "sql.ip", ...set]);
  expect(code, stderr).toBe(0);
}

describe.skipIf(!tiers.includes("back"))("the admin of a pair", () => {
  let scratch = "";
  beforeAll(async () => {
    scratch = await mkdtemp(join(tmpdir(), "bulkhead-pair-"));
    await wholePair();
  });
  afterAll(async () => {
    await rm(scratch, { recursive: true, force: true });
    await wholePair();
  });

  it("moves a group, restarts it where it is, and finds the move alone in the history", async () => {
    const begin = Date.now();
    const first = await until("an owner", owner);
    const peer = first === "db-1" ? "db-2" : "db-1";
    await mscs(0, "move", "data:sql");
    expect(await groupOwner("sql")).toBe(peer);
    expect(await mscs(0, "restart", "data:sql")).toContain(`online on ${peer}`);
    for (const restart of [1, 2, 3]) {
      expect(await mscs(0, "fail", "data:sql/db")).toContain(`online again on ${peer}`);
      expect(await failures("sql", "db")).toBe(restart);
    }
    await mscs(0, "clear", "data:sql");
    await until("the restarts to have ended for the history, too", async () =>
      (await groupOwner("sql")) === peer ? true : null,
    );
    expect(await historySince(begin)).toEqual([`${first} ${peer} move`]);
    expect(await leftovers()).toBe("");
  });

  it("pauses a node that keeps its groups, and lets none come to it until it is resumed", async () => {
    const first = await until("an owner", owner);
    const peer = first === "db-1" ? "db-2" : "db-1";
    await mscs(0, "pause", `data:${peer}`);
    expect(await mscs(1, "move", "data:sql")).toContain(`${peer} is paused`);
    expect(await groupOwner("sql")).toBe(first);
    await mscs(0, "resume", `data:${peer}`);
    await until("no node to be paused", async () =>
      (await pairView())?.nodes.every(({ state }) => state === "up") === true ? true : null,
    );
    expect(await leftovers()).toBe("");
  });

  it("shows what was changed by hand, offers to take it over, and reverts it", async () => {
    await changeByHand();
    expect(await mscs(1, "drift", "data")).toMatch(/primitive sql\.ip: cidr_netmask .*24 +25/);
    const part = join(scratch, "part.yaml");
    expect(await mscs(0, "drift", "data", "-o", part)).toContain("24 becomes 25 in the fleet file");
    expect(await readFile(part, "utf8")).toContain('address: "10.77.0.50/25"');
    await mscs(0, "revert", "data");
    await mscs(0, "drift", "data");
  });

  it("refuses a policy that a node cannot carry out, and harms nothing that runs", async () => {
    const before = await until("an owner", owner);
    const script = "{ type: genericScript, script: /nowhere/script, dependsOn: [ip] }";
    const refused = await applyEdited((yaml) =>
      yaml.replace(
        /^( +)ip: \{ type: ipAddress, address: 10\.77\.0\.50\/24 \}\n/m,
        `$&$1broken: ${script}\n`,
      ),
    );
    expect(refused.state).toBe("refused");
    expect(refused.why).toMatch(/Resource broken of group sql runs \/nowhere\/script.*Put it on both nodes/);
    expect(await owner()).toBe(before);
    const mended = await applyEdited((yaml) => yaml.replace(/^ +broken: .*\n/m, ""));
    expect(mended).toMatchObject({ state: "done" });
    expect(await owner()).toBe(before);
  });
});
