/** Validation through a whole controller: facts of the agents, the kept report, its page, and the plan that it allows. */
import { type NodeFacts, sampleNodeFacts, sampleWitnessFacts } from "@bulkhead/core/mscs";
import { beforeAll, describe, expect, it } from "vitest";
import { fleetYaml } from "./testing/fleet-file.ts";
import type { Outputs } from "./testing/rig.ts";
import { startStory } from "./testing/story.ts";

type Report = Outputs["mscs"]["validate"];
type Plan = Outputs["plans"]["create"];

const story = startStory();
beforeAll(async () => {
  await story.joinAll();
  story.reportWell();
  for (const name of ["db-1", "db-2"] as const) answers(name, {});
  story.agent("witness-1").answer = ({ verb }) => ({
    code: "ok",
    message: verb,
    data: { ...sampleWitnessFacts(), system: { ...sampleWitnessFacts().system, clockMs: Date.now() } },
  });
}, 60_000);

function answers(name: "db-1" | "db-2", change: Partial<NodeFacts>): void {
  story.agent(name).answer = ({ verb, args }) => {
    if (verb !== "mscs.inspect" || !JSON.parse(args["policy"] ?? "{}").cluster)
      return { code: "bad-params", message: "unexpected" };
    const facts = sampleNodeFacts(name, change);
    return {
      code: "ok",
      message: "inspected",
      data: { ...facts, system: { ...facts.system, clockMs: Date.now() } },
    };
  };
}

const validate = (planId: string | null = null) =>
  story.rig.mutate<Report>("mscs.validate", { cluster: "data", planId });
const plan = async () => (await story.rig.mutate<Plan>("plans.create", { yaml: fleetYaml() })).data;
const fetchReport = (file: string, token = story.rig.token) =>
  fetch(`${story.rig.controller.url}/api/validation/${file}`, {
    headers: { authorization: `Bearer ${token}` },
  });

describe("a plan that forms a pair", () => {
  it("says that the pair was never validated, then shows the report", async () => {
    const first = await plan();
    expect(first.validations).toEqual([{ pair: "data", why: "Pair data is formed.", report: null }]);
    const { data: report } = await validate(first.id);
    expect(report).toMatchObject({
      pair: "data",
      nodes: ["db-1", "db-2"],
      planHash: first.hash,
      by: "local CLI",
    });
    expect(report.tests.filter(({ result }) => result === "fail")).toEqual([]);
    const { data: shown } = await story.rig.query<Plan>("plans.get", { id: first.id });
    expect(shown.validations).toMatchObject([{ report: { id: report.id, result: report.result } }]);
  });

  it("keeps the report with the deployment that it allowed, and names it in the log", async () => {
    const { state } = await story.rig.deploy(fleetYaml());
    expect(state).toBe("done");
    const [applied] = await story.auditOf("deployment.apply");
    const [kept] = (await story.rig.query<Report[]>("mscs.validations", { cluster: "data" })).data;
    expect(applied?.detail).toMatchObject({ validations: [{ pair: "data", report: kept?.id }] });
    const json = (await (await fetchReport(`${kept?.id}.json`)).json()) as { deploymentId: string };
    expect(json.deploymentId).toBe(applied?.object.name);
    expect((await plan()).validations).toEqual([]);
  });
});

it("finds what is wrong, and is audited with the tests that fail", async () => {
  answers("db-1", { runningPair: "legacy" });
  const { data } = await validate();
  expect(data).toMatchObject({ result: "fail", planHash: null });
  const [event] = await story.auditOf("mscs.validate");
  expect(event).toMatchObject({
    outcome: "done",
    object: { kind: "mscs-cluster", name: "data" },
    detail: { id: data.id, result: "fail", failed: ["configuration.engine db-1"] },
  });
  expect((await story.rig.query<Report>("mscs.validation", { id: data.id })).data).toEqual(data);
});

it("a machine that does not answer, or answers nonsense, is a failed test and no failed report", async () => {
  answers("db-1", {});
  story.agent("db-2").answer = () => ({ code: "ok", message: "", data: { node: "db-2" } });
  const { data } = await validate();
  expect(data.tests).toContainEqual(
    expect.objectContaining({ id: "inventory.answers", node: "db-2", result: "fail" }),
  );
  answers("db-2", {});
});

describe("the page of a report", () => {
  it("is whole in itself, shows no foreign markup, and is for those who are signed in", async () => {
    answers("db-1", { fencing: [{ target: "db-2", works: false, said: "<script>alert(1)</script>" }] });
    const { data } = await validate();
    const page = await fetchReport(`${data.id}.html`);
    expect(page.headers.get("content-type")).toContain("text/html");
    expect(page.headers.get("content-security-policy")).toMatch(/default-src 'none'; style-src 'sha256-/);
    const html = await page.text();
    expect(html).toContain("&lt;script&gt;alert(1)&lt;/script&gt;");
    expect(html).not.toMatch(/<script|<link|src=|https?:/);
    expect((await fetchReport(`${data.id}.html`, "bha_wrong")).status).toBe(401);
    expect((await fetchReport("00000000-0000-0000-0000-000000000000.html")).status).toBe(404);
    expect((await fetchReport("..%2f..%2fsecrets.json")).status).toBe(404);
  });
});
