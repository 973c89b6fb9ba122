/** Commands and questions to hosts, with what becomes of them in the audit log. */
import type { FilterVerdict } from "@bulkhead/core/wlbs";
import { beforeAll, describe, expect, it } from "vitest";
import { must, type Outputs } from "./testing/rig.ts";
import { eventually, startStory } from "./testing/story.ts";

type Outcomes = Outputs["wlbs"]["command"];

const story = startStory();
beforeAll(() => story.deployAll(), 60_000);

const command = (order: Record<string, unknown>) =>
  story.rig.mutate<Outcomes>("wlbs.command", { cluster: "web", ...order });
const lastOf = (name: string) => story.agent(name).commands.at(-1);
const codes = (outcomes: Outcomes) => outcomes.map(({ node, code }) => `${node} ${code}`);

describe("commands", () => {
  it("reach every host of the cluster and are audited with their outcome", async () => {
    story.agent("web-2").answer = () => ({ code: "suspended", message: "this host is suspended" });
    const { data } = await command({ verb: "disable", target: "all:80" });
    expect(codes(data)).toEqual(["web-1 ok", "web-2 suspended", "web-3 ok"]);
    expect(data.map(({ status }) => status)).toEqual([1000, 1013, 1000]);
    expect(lastOf("web-2")).toMatchObject({ verb: "wlbs.disable", args: { target: "all:80" } });
    const records = await story.auditOf("wlbs.disable");
    expect(records.map(({ object, outcome }) => `${object.name} ${outcome}`).sort()).toEqual([
      "web-1 done",
      "web-2 refused",
      "web-3 done",
    ]);
    expect(records[0]?.detail).toMatchObject({ cluster: "web", target: "all:80" });
    story.agent("web-2").answer = () => ({ code: "ok", message: "done" });
  });

  it.each(["stop", "drainstop", "suspend"])("%s of all hosts at once needs a yes", async (verb) => {
    const before = story.agent("web-1").commands.length;
    const refused = await command({ verb });
    expect(refused.status).toBe(409);
    expect(refused.refusals[0]).toMatchObject({
      rule: "B-confirm",
      message: `${verb} of web means all 3 hosts at once`,
    });
    expect(story.agent("web-1").commands.length).toBe(before);
    expect((await story.auditOf(`wlbs.${verb}`))[0]).toMatchObject({ outcome: "refused" });
    expect(codes((await command({ verb, confirm: true })).data)).toHaveLength(3);
    expect((await command({ verb, host: "web-2" })).status).toBe(200);
  });

  it("carry the deadline of a drain", async () => {
    await command({ verb: "drainstop", host: "web-2", deadlineS: 60 });
    expect(lastOf("web-2")).toMatchObject({ verb: "wlbs.drainstop", args: { deadlineS: "60" } });
    const refused = await command({ verb: "stop", host: "web-2", deadlineS: 60 });
    expect(refused).toMatchObject({
      status: 422,
      refusals: [{ cure: expect.stringContaining("drainstop") }],
    });
  });

  it.each([
    ["enable", null, "needs a port rule"],
    ["drain", "web", '"web" names no port rule'],
    ["disable", "10.77.0.100:99999", "names no port rule"],
    ["start", "all:80", "takes no port rule"],
  ])("%s %s is refused before it reaches a host", async (verb, target, message) => {
    const before = story.agent("web-1").commands.length;
    const refused = await command({ verb, target });
    expect(refused.status).toBe(422);
    expect(refused.refusals[0]?.message).toContain(message);
    expect(story.agent("web-1").commands.length).toBe(before);
  });

  it("answer 404 for what does not exist, and say what does", async () => {
    const cluster = await command({ cluster: "shop", verb: "start" });
    expect(cluster).toMatchObject({ status: 404, message: expect.stringContaining("has web") });
    const host = await command({ host: "db-1", verb: "start" });
    expect(host).toMatchObject({ status: 404, message: expect.stringContaining("web-1, web-2, web-3") });
    expect((await story.auditOf("wlbs.start"))[0]).toMatchObject({
      outcome: "refused",
      object: { name: "db-1" },
    });
  });

  it("take the host ID for the name of a host", async () => {
    expect(codes((await command({ host: "2", verb: "start" })).data)).toEqual(["web-2 ok"]);
  });

  it("move a group to the peer by default", async () => {
    const { data } = await story.rig.mutate<Outputs["mscs"]["move"]>("mscs.move", {
      cluster: "data",
      group: "sql",
    });
    expect(data.code).toBe("ok");
    const orders = ["db-1", "db-2"].flatMap((name) => story.agent(name).commands);
    expect(orders.at(-1)).toMatchObject({ verb: "mscs.move", args: { group: "sql", to: "db-2" } });
  });
});

describe("hosts that do not answer", () => {
  it("are named with what was last known of them", async () => {
    story.agent("web-2").answer = () => null;
    const slow = command({ host: "web-2", verb: "reload" });
    await eventually(() => must(lastOf("web-2")?.verb === "wlbs.reload", "web-2 was asked"));
    story.agent("web-2").status = { service: "none" };
    const { data } = await slow;
    expect(data[0]).toMatchObject({ code: "timeout", status: 1103 });
    expect(data[0]?.message).toMatch(/not answered within 10 s.* web-2 does not run this cluster yet/);
    expect((await story.auditOf("wlbs.reload"))[0]).toMatchObject({ outcome: "failed" });
    story.agent("web-2").answer = () => ({ code: "ok", message: "done" });
    story.reportWell();
  });

  it("are told apart from those that are away", async () => {
    await story.agent("web-3").disconnect();
    await eventually(async () =>
      must(!(await story.snapshot()).nodes.find(({ name }) => name === "web-3")?.online, "web-3 is away"),
    );
    const { data } = await command({ verb: "start" });
    expect(codes(data)).toEqual(["web-1 ok", "web-2 ok", "web-3 failed"]);
    expect(data[2]?.message).toContain("not connected");
    story.agent("web-3").connect();
    await eventually(() => must(story.agent("web-3").isWelcome, "web-3 is back"));
  });
});

describe("questions", () => {
  it("are answered by the hosts, and leave no trace in the log", async () => {
    const { seq } = (await story.rig.query<Outputs["audit"]["head"]>("audit.head")).data;
    story.agent("web-1").answer = ({ verb }) => ({ code: "ok", message: `text of ${verb}`, data: { a: 1 } });
    const question = { cluster: "web", host: "web-1", verb: "display" };
    const { data } = await story.rig.query<Outputs["wlbs"]["ask"]>("wlbs.ask", question);
    expect(data).toEqual([
      { node: "web-1", code: "ok", status: 1000, message: "text of wlbs.display", data: { a: 1 } },
    ]);
    const port = { cluster: "web", host: "web-1", verb: "queryport", target: "all:80" };
    await story.rig.query("wlbs.ask", port);
    expect(lastOf("web-1")).toMatchObject({ verb: "wlbs.queryport", args: { target: "all:80" } });
    expect((await story.rig.query("wlbs.ask", { ...port, target: null })).status).toBe(422);
    expect((await story.rig.query<Outputs["audit"]["head"]>("audit.head")).data.seq).toBe(seq);
  });

  it("about a packet are answered by all hosts together", async () => {
    const owner = { rule: "http", bucket: 7, owner: 2 };
    for (const name of ["web-1", "web-2", "web-3"]) {
      const accepts = name === "web-2";
      const text = accepts
        ? "Rule http, bucket 7: this host owns it."
        : "Rule http, bucket 7: host 2 owns it.";
      const data: FilterVerdict = { ...owner, accepts, acceptsOpenConnections: accepts, text };
      story.agent(name).answer = () => ({ code: "ok", message: text, data });
    }
    const packet = { cluster: "web", from: "192.0.2.9:4711", to: "10.77.0.100:80" };
    const ask = (change = {}) =>
      story.rig.query<Outputs["wlbs"]["filter"]>("wlbs.filter", { ...packet, ...change });
    const { data } = await ask();
    expect(data.accepts).toEqual(["web-2"]);
    expect(data.text).toBe("web-2 (host 2) takes it. Rule http, bucket 7: this host owns it.");
    expect(data.hosts.map(({ hostId, verdict }) => `${hostId} ${verdict?.accepts}`)).toEqual([
      "1 false",
      "2 true",
      "3 false",
    ]);
    expect(lastOf("web-3")).toMatchObject({
      args: { protocol: "tcp", from: "192.0.2.9:4711", to: "10.77.0.100:80" },
    });
    story.agent("web-2").answer = () => ({ code: "failed", message: "the kernel does not answer" });
    expect((await ask()).data.text).toBe(
      "No host that answered takes it; web-2 did not answer. the kernel does not answer",
    );
    expect((await ask({ from: "somewhere" })).refusals[0]?.rule).toBe("B-packet");
  });
});
