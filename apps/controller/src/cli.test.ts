/** The command line against a whole controller: what it prints, and with which exit code it ends. */
import { beforeAll, describe, expect, it } from "vitest";
import { commandLine } from "./testing/command-line.ts";
import { fleetYaml } from "./testing/fleet-file.ts";
import { memberView, ruleView, wlbsStatus } from "./testing/statuses.ts";
import { eventually, startStory } from "./testing/story.ts";

const story = startStory();
beforeAll(() => story.deployAll(), 60_000);

const bulkhead = commandLine(story);
const wlbs = (line: string) => bulkhead(["wlbs", ...line.split(" ")]);

describe("wlbs on the command line", () => {
  it("orders hosts and rules, and ends with 1 when one does not do it", async () => {
    expect(await wlbs("enable web all:80")).toMatchObject({
      code: 0,
      out: "web-1: ok (1000), done\nweb-2: ok (1000), done\nweb-3: ok (1000), done",
    });
    story.agent("web-2").answer = () => ({ code: "suspended", message: "resume it first" });
    expect(await wlbs("start web:2")).toMatchObject({
      code: 1,
      out: "web-2: suspended (1013), resume it first",
    });
    const json = await bulkhead(["--json", "wlbs", "start", "web:web-2"]);
    expect(JSON.parse(json.out)).toMatchObject([{ node: "web-2", code: "suspended", status: 1013 }]);
    story.agent("web-2").answer = () => ({ code: "ok", message: "done" });
  });

  it("asks for a yes before it leaves nobody to answer", async () => {
    const refused = await wlbs("drainstop web");
    expect(refused).toMatchObject({ code: 1, err: expect.stringMatching(/all 3 hosts at once.*--yes/) });
    expect((await wlbs("drainstop web --yes --deadline 5m")).code).toBe(0);
    expect(story.agent("web-3").commands.at(-1)).toMatchObject({ args: { deadlineS: "300" } });
  });

  it.each([
    ["drainstop web --deadline soon", /60s, 5m or 2h/],
    ["disable web", /missing required argument 'target'/],
    ["disable web www", /names no port rule.*VIP:PORT/],
    ["start web:", /CLUSTER:HOST/],
    ["start Web", /small letters/],
    ["filter web --from a --to b", /ADDRESS:PORT/],
    ["filter web --from 192.0.2.1:1 --to 10.77.0.100:80 --protocol sctp", /Allowed choices are tcp, udp/],
    ["ip2mac web", /no IP address/],
    ["explode web", /unknown command/],
  ])("%s is wrong usage: exit code 2 and the cure", async (line, cure) => {
    expect(await wlbs(line)).toMatchObject({ code: 2, err: expect.stringMatching(cure) });
  });

  it("names what exists when something does not", async () => {
    expect(await wlbs("query shop")).toMatchObject({ code: 1, err: expect.stringContaining("Known: web") });
    expect(await wlbs("stop shop:1")).toMatchObject({ code: 1, err: expect.stringContaining("has web") });
  });

  it("tells state, history, heartbeats and findings", async () => {
    const members = [1, 2].map((id) => memberView(id));
    story.agent("web-1").status = wlbsStatus({
      isDefaultHost: true,
      members,
      tables: ["1x2048,2x1024,3x1024"],
      rules: [ruleView({ health: "failing", healthText: "connection refused" })],
      history: [
        {
          epoch: "3.1",
          cause: "member-lost",
          text: "web-3 was lost",
          initiator: 3,
          startedAt: 1_000_000,
          endedAt: 1_002_500,
          members: [1, 2],
        },
      ],
      findings: [
        {
          kind: "partial-mesh",
          severity: "error",
          text: "web-1 does not hear web-3.",
          cure: "Check the cable.",
          evidence: ["web-2 acknowledges web-3"],
          since: 1_000_000,
        },
      ],
    });
    await eventually(async () => expect((await story.snapshot()).wlbs[0]?.findings).toHaveLength(1));
    const query = await wlbs("query web");
    expect(query.code).toBe(0);
    expect(query.out).toMatch(/^web: converged, multicast, virtual IP 10\.77\.0\.100, epoch 3\.1\n/);
    expect(query.out).toContain("web-1 50.0 %, web-2 25.0 %, web-3 25.0 %");
    expect(query.out).toContain("failing on web-1 (connection refused)");
    expect((await wlbs("history web")).out).toMatch(
      /1970-01-01T00:16:40\.000Z +2\.5 s +member-lost +web-3 +3\.1/,
    );
    const findings = await wlbs("findings web");
    expect(findings).toMatchObject({ code: 1, out: expect.stringContaining("cure:  Check the cable.") });
    expect(findings.out).toContain("seen:  web-1: web-2 acknowledges web-3");
    const heartbeats = await wlbs("heartbeats web");
    expect(heartbeats).toMatchObject({ code: 1, out: expect.stringMatching(/^1 web-1 .*UNHEARD/m) });
    story.reportWell();
    await eventually(async () => expect((await wlbs("findings web")).code).toBe(0));
  });

  it("passes on what the hosts say", async () => {
    story.agent("web-1").answer = ({ verb }) => ({ code: "ok", message: `${verb} of host 1` });
    expect(await wlbs("display web:1")).toMatchObject({ code: 0, out: "wlbs.display of host 1" });
    expect((await wlbs("params web")).out).toContain(
      "== web-1 ==\nwlbs.params of host 1\n\n== web-2 ==\ndone",
    );
    expect((await wlbs("ip2mac 10.77.0.100")).out).toContain("03:bf:0a:4d:00:64");
    story.agent("web-1").answer = () => ({ code: "ok", message: "done" });
  });

  it("asks all hosts about a packet", async () => {
    const verdict = { acceptsOpenConnections: false, rule: "http", bucket: 1, owner: 1, text: "t" };
    for (const name of ["web-1", "web-2", "web-3"]) {
      const data = { ...verdict, accepts: name === "web-1" };
      story.agent(name).answer = () => ({ code: "ok", message: `judged by ${name}`, data });
    }
    const line = "filter web --from 192.0.2.9:1 --to 10.77.0.100:80";
    const { code, out } = await wlbs(line);
    expect(code).toBe(0);
    expect(out).toMatch(/^web-1 \(host 1\) takes it\. judged by web-1\n {2}web-1 {2}accepts/);
    const rows = JSON.parse((await wlbs(`${line} --json`)).out || "[]") as {
      node: string;
      data: { accepts: boolean };
    }[];
    expect(rows.filter(({ data }) => data.accepts).map(({ node }) => node)).toEqual(["web-1"]);
  });

  it("changes the heartbeat key and waits for the end", async () => {
    const { code, out } = await wlbs("rotate-key web");
    expect(code).toBe(0);
    expect(out).toContain("web: heartbeat key 2 is in use on all hosts, the old one is gone");
  });
});

describe("a cluster that converges", () => {
  it("is not changed (R32), unless the admin says so", async () => {
    story.agent("web-2").status = wlbsStatus({ hostId: 2, state: "converging", cause: "waiting for web-3" });
    await eventually(async () => expect((await story.snapshot()).wlbs[0]?.state).toBe("converging"));
    const fewer = fleetYaml().replace("heartbeat: fast", "heartbeat: nlb");
    const refused = await bulkhead(["plan", "-f", "-"], fewer);
    expect(refused).toMatchObject({
      code: 1,
      out: expect.stringContaining("R32: Cluster web is converging"),
    });
    expect((await bulkhead(["plan", "-f", "-"], fleetYaml())).code).toBe(0);
    const set = await bulkhead(["apply", "-f", "-", "--override", "R32", "--no-wait"], fewer);
    expect(set.code, set.out + set.err).toBe(0);
    const [record] = await story.auditOf("deployment.apply");
    expect(record?.detail).toMatchObject({ override: ["R32"] });
    expect((await bulkhead(["plan", "-f", "-", "--override", "R1"], fewer)).code).toBe(2);
    story.reportWell();
  });
});
