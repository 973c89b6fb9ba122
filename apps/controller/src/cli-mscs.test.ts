/** `bulkhead mscs` against a whole controller: what it prints, what it waits for, and with which exit code it ends. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import {
  type FailoverRecord,
  type MscsAct,
  type MscsOrder,
  type MscsStatus,
  sampleGroupView,
  sampleNodeFacts,
  samplePairStatus,
  sampleResourceView,
  sampleView,
} from "@bulkhead/core/mscs";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { commandLine } from "./testing/command-line.ts";
import type { Command } from "./testing/fake-agent.ts";
import { eventually, startStory } from "./testing/story.ts";

const story = startStory();
beforeAll(() => story.deployAll(), 60_000);
beforeEach(() => {
  for (const name of ["db-1", "db-2"]) carriesOut(name);
});

const bulkhead = commandLine(story);
const mscs = (line: string) => bulkhead(["mscs", ...line.split(" ")]);

const at = Date.now() - 3_600_000;

function report(name: string, change: Partial<MscsStatus>): void {
  story.agent(name).status = { service: "mscs", mscs: { ...samplePairStatus(name), ...change } };
}

function acts(command: Command): MscsAct {
  return {
    id: command.args["id"] ?? "",
    order: JSON.parse(command.args["order"] ?? "{}") as MscsOrder,
    by: command.args["by"] ?? "",
    state: "running",
    startedAt: at,
    deadlineAt: at + 60_000,
    endedAt: null,
    steps: [{ at, text: "asked the engine" }],
    message: "waiting for the engine",
  };
}

/** Every order begins, and its end is in the next report. */
function carriesOut(name: string, state: "done" | "failed" = "done"): void {
  report(name, {});
  story.agent(name).answer = (command) => {
    const act = acts(command);
    const steps = [...act.steps, { at: at + 900, text: "stopped on db-1" }];
    const ended: MscsAct = { ...act, state, endedAt: at + 1_200, steps, message: `it is ${state}` };
    report(name, { acts: [ended] });
    return { code: "ok", message: "begun", data: act };
  };
}

const lastOrder = () => {
  const commands = [...story.agent("db-1").commands, ...story.agent("db-2").commands];
  return JSON.parse(commands.at(-1)?.args["order"] ?? "{}") as MscsOrder;
};

describe("orders", () => {
  it("wait for the end and tell the steps", async () => {
    expect(await mscs("move data:sql --to db-2")).toEqual({
      code: 0,
      out: "asked the engine\nstopped on db-1\nmove sql: done (1.2 s), it is done (by db-1)",
      err: "",
    });
    expect(lastOrder()).toMatchObject({ verb: "move", object: { kind: "group", name: "sql" }, to: "db-2" });
    carriesOut("db-1", "failed");
    expect(await mscs("restart data:sql --deadline 1m")).toMatchObject({
      code: 1,
      out: expect.stringMatching(/restart sql: failed .* it is failed/),
    });
    expect(lastOrder()).toMatchObject({ deadlineS: 60 });
  });

  it("print one JSON value with --json, and return at once with --no-wait", async () => {
    const json = await mscs("online data:sql --json");
    expect(JSON.parse(json.out)).toMatchObject({ node: "db-1", state: "done", message: "it is done" });
    story.agent("db-1").answer = (command) => ({ code: "ok", message: "begun", data: acts(command) });
    expect(await mscs("resume data:db-1 --failback policy --no-wait")).toMatchObject({
      code: 0,
      out: "resume db-1: begun by db-1, waiting for the engine",
    });
    expect(lastOrder()).toMatchObject({ object: { kind: "node", name: "db-1" }, mode: "policy" });
  });

  it.each([
    ["pause data:db-2 --drain", { verb: "pause", mode: "drain" }],
    ["maintenance data on", { verb: "maintenance", object: { kind: "pair", name: "data" }, mode: "on" }],
    ["clear data:sql/ip", { verb: "clear", object: { kind: "resource", name: "sql/ip" } }],
  ])("%s", async (line, order) => {
    expect((await mscs(`${line} --no-wait`)).code).toBe(0);
    expect(lastOrder()).toMatchObject(order);
  });

  it("that end a service ask for a yes", async () => {
    expect(await mscs("offline data:sql")).toMatchObject({
      code: 1,
      err: expect.stringMatching(/clients.*--yes/),
    });
    expect((await mscs("offline data:sql --yes")).code).toBe(0);
    expect((await mscs("evict data:db-2")).code).toBe(1);
  });

  it.each([
    ["offline data", /PAIR:GROUP \(data:sql\) or PAIR:GROUP\/RESOURCE/],
    ["pause data:sql/ip", /PAIR:NODE/],
    ["maintenance data perhaps", /Allowed choices are on, off/],
    ["move data:sql --deadline soon", /60s, 5m or 2h/],
    ["what-if data --node-loss db-1 --witness-loss", /Name one event/],
    ["what-if data --fail db", /GROUP\/RESOURCE/],
  ])("%s is wrong usage: exit code 2 and the cure", async (line, cure) => {
    expect(await mscs(line)).toMatchObject({ code: 2, err: expect.stringMatching(cure) });
  });

  it("name what exists when something does not", async () => {
    expect(await mscs("move shop:sql")).toMatchObject({ code: 1, err: expect.stringContaining("has data") });
    expect(await mscs("move data:mail")).toMatchObject({
      code: 1,
      err: expect.stringContaining("There is sql"),
    });
    expect(await mscs("show shop")).toMatchObject({ code: 1, err: expect.stringContaining("Known: data") });
  });
});

describe("looks", () => {
  it("tell state, failures and why", async () => {
    const failed = sampleResourceView({
      state: "failed",
      failCount: 2,
      lastFailure: "ip: monitor timed out",
    });
    const view = sampleView({
      groups: [sampleGroupView({ state: "failed", resources: [failed] })],
      fencing: [{ device: "fence-db-1", working: false, why: "no route" }],
    });
    for (const name of ["db-1", "db-2"]) report(name, { view, drift: ["sql: priority is 5"] });
    await eventually(async () => expect((await story.snapshot()).mscs[0]?.drift).toHaveLength(1));
    const groups = await mscs("groups data");
    expect(groups.code).toBe(0);
    expect(groups.out).toMatch(/^data: db-1 up, db-2 up, witness witness-1 online\n/);
    expect(groups.out).toMatch(/^sql +group +failed +db-1$/m);
    expect(groups.out).toMatch(/^ {2}ip +ocf:heartbeat:IPaddr2 +failed +db-1 +2: ip: monitor timed out$/m);
    const shown = await mscs("show data");
    expect(shown.out).toContain("fencing fence-db-1: DOES NOT WORK (no route)");
    expect(shown.out).toContain("drift: sql: priority is 5");
    expect(shown.out).toMatch(/quorum: yes, witness witness-1 votes/);
    expect(JSON.parse((await mscs("groups data --json")).out)).toMatchObject([{ name: "data" }]);
  });

  it("tell the past, with steps", async () => {
    const record: FailoverRecord = {
      id: `sql ${at}`,
      group: "sql",
      cause: "node-fenced",
      detail: "db-1 was lost and fenced by db-2",
      from: "db-1",
      to: "db-2",
      startedAt: at,
      endedAt: at + 3_000,
      outcome: "online",
      steps: [{ at: at + 500, node: "db-2", text: "db-1 was fenced" }],
    };
    report("db-2", { failovers: [record] });
    await eventually(async () =>
      expect((await mscs("history data")).out).toMatch(/3\.0 s +sql +db-1 +db-2 +node-fenced/),
    );
    expect((await mscs("history data --steps")).out).toContain(
      "+0.50 s  db-2: db-1 was fenced\n  online after 3.0 s",
    );
    expect((await mscs("history data --group mail")).out).toBe("No failover of data is known.");
  });

  it("tell differences by object, exit code 1 when there are some", async () => {
    const lines = [{ object: "group sql", wanted: "priority 0", found: "priority 5" }];
    const drift = { lines, foreign: ["primitive theirs"] };
    for (const name of ["db-1", "db-2"])
      story.agent(name).answer = () => ({ code: "ok", message: "", data: drift });
    const found = await mscs("drift data");
    expect(found).toMatchObject({ code: 1, out: expect.stringMatching(/group sql +priority 0 +priority 5/) });
    expect(found.out).toContain("kept untouched: primitive theirs");
    drift.lines = [];
    expect((await mscs("drift data")).code).toBe(0);
  });

  it("name agents that both nodes have, and their parameters", async () => {
    const nginx = { agent: "ocf:heartbeat:nginx", title: "nginx" };
    const field = {
      name: "port",
      title: "Port",
      help: "Where it listens",
      kind: "port",
      fallback: 80,
      isRequired: false,
    };
    const answer = (name: string, list: unknown[]) => {
      story.agent(name).answer = ({ args }) => {
        const data = args["agent"] === undefined ? list : { ...nginx, help: "Web server", fields: [field] };
        return { code: "ok", message: "", data };
      };
    };
    answer("db-1", [nginx, { agent: "ocf:heartbeat:mysql", title: "" }]);
    answer("db-2", [nginx]);
    expect((await mscs("agents data")).out).toBe("ocf:heartbeat:nginx  nginx");
    expect((await mscs("agents data ocf:heartbeat:nginx")).out).toContain(
      "port (default 80): Where it listens",
    );
  });

  it("say what adopting a pair would mean, and write its part of a fleet file", async () => {
    expect((await mscs("foreign")).out).toBe("No node runs a pair that Bulkhead did not set up.");
    const data = {
      pair: "legacy",
      asIs: [{ object: "group web", text: "group web" }],
      changes: [],
      kept: [{ object: "rsc_ticket t", text: "not understood" }],
      obstacles: [],
      fleetFile: "mscs:\n  legacy: {}\n",
    };
    story.agent("db-1").answer = () => ({ code: "ok", message: "", data });
    const file = join(story.rig.dataDir, "part.yaml");
    expect((await mscs("adopt db-1")).out).toMatch(/can be adopted[\s\S]*kept untouched:\n {2}rsc_ticket t/);
    expect((await mscs(`adopt db-1 --output ${file}`)).code).toBe(0);
    expect(existsSync(file)).toBe(true);
    expect((await mscs(`adopt db-1 --output ${file}`)).err).toContain("EEXIST");
    expect((await mscs("adopt nobody")).err).toContain("Enrolled are");
  });
});

describe("judgements", () => {
  it("what-if says who goes where, and ends with 1 when the engine expects something else", async () => {
    for (const name of ["db-1", "db-2"])
      story.agent(name).answer = () => ({ code: "failed", message: "crm_simulate is not installed" });
    const alone = await mscs("what-if data --node-loss db-1");
    expect(alone.code, alone.err).toBe(0);
    expect(alone.out).toMatch(/^sql +moves +db-1 +db-2/m);
    expect(alone.out).toContain("1. fence db-1");
    expect(alone.out).toContain("Pacemaker's scheduler was not asked.");
    const nothing = { hasQuorum: true, fenced: ["db-1"], groups: [], steps: [], warnings: [] };
    for (const name of ["db-1", "db-2"])
      story.agent(name).answer = () => ({ code: "ok", message: "", data: nothing });
    expect(await mscs("what-if data --node-loss db-1")).toMatchObject({
      code: 1,
      out: expect.stringContaining("Pacemaker does not know group sql"),
    });
  });

  it("validate tells every test that does not pass with its cure, and writes the page", async () => {
    const facts = {
      "db-1": sampleNodeFacts("db-1"),
      "db-2": sampleNodeFacts("db-2", { runningPair: "legacy" }),
    };
    for (const name of ["db-1", "db-2"] as const)
      story.agent(name).answer = () => ({ code: "ok", message: "", data: facts[name] });
    const file = join(story.rig.dataDir, "report.html");
    const { code, out } = await mscs(`validate data --html ${file}`);
    expect(code).toBe(1);
    expect(out).toMatch(
      /FAIL +No other pair runs on the node on db-2\n +The engine runs pair legacy\.\n +cure: Adopt/,
    );
    expect(readFileSync(file, "utf8")).toContain("Validation of data");
    expect((await mscs("validations data")).out).toMatch(/data +fail +local CLI/);
  });
});
