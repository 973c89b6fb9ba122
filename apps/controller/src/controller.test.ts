/** The whole controller with a real database, and agents that speak the real protocol. */
import { once } from "node:events";
import { readFile, stat } from "node:fs/promises";
import { request } from "node:http";
import { join } from "node:path";
import { appRouter, type DeploymentView } from "@bulkhead/api";
import { silentLogger } from "@bulkhead/runtime";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import type { FakeAgent } from "./testing/fake-agent.ts";
import { fleetYaml, nodeNames } from "./testing/fleet-file.ts";
import { must, type Outputs, type Rig, startRig } from "./testing/rig.ts";
import { mscsStatus, wlbsStatus } from "./testing/statuses.ts";

vi.setConfig({ testTimeout: 60_000 });

let rig: Rig;
/** What the controller logged as its own failures: none is expected in any story. */
const errors: string[] = [];
const agents = new Map<string, FakeAgent>();

beforeAll(async () => {
  const error = (fields: Record<string, unknown>, message: string) => {
    errors.push(`${message} ${String(fields["err"])}`);
  };
  rig = await startRig({ ...silentLogger, error });
}, 120_000);

afterAll(async () => {
  await rig.close();
  expect(errors).toEqual([]);
}, 120_000);

function agentOf(name: string): FakeAgent {
  const agent = agents.get(name);
  if (!agent) throw new Error(`${name} has not joined`);
  return agent;
}

async function snapshot(): Promise<Outputs["fleet"]["snapshot"]> {
  return (await rig.query<Outputs["fleet"]["snapshot"]>("fleet.snapshot")).data;
}

async function auditOf(action: string): Promise<Outputs["audit"]["list"]> {
  const { data } = await rig.query<Outputs["audit"]["list"]>("audit.list", { limit: 500 });
  return data.filter((record) => record.action === action);
}

function eventually<T>(check: () => T | Promise<T>): Promise<T> {
  return vi.waitFor(check, { timeout: 30_000, interval: 50 });
}

describe("access over HTTP", () => {
  const closed = Object.keys(appRouter._def.procedures).filter((path) => !path.startsWith("setup."));

  it.each(closed)("%s answers 401 without a session, whatever the headers", async (path) => {
    const procedure = (appRouter._def.procedures as unknown as Record<string, { _def: { type: string } }>)[
      path
    ];
    const method = procedure?._def.type === "mutation" ? "POST" : "GET";
    const headers = {
      "content-type": "application/json",
      "x-middleware-subrequest": "middleware",
      "x-forwarded-for": "127.0.0.1",
    };
    const url = `${rig.controller.url}/trpc/${path}`;
    const response = await fetch(url, { method, headers, ...(method === "POST" ? { body: "{}" } : {}) });
    // A subscription answers 200 and says it in the stream.
    const text = await response.text();
    expect(text).toContain("UNAUTHORIZED");
    if (procedure?._def.type !== "subscription") expect(response.status).toBe(401);
  });

  it("keeps its secrets to its own user", async () => {
    const modes = await Promise.all(
      [
        "secrets",
        "secrets/signing.key",
        "secrets/auth.secret",
        "secrets/pg.password",
        "secrets/pg-app.password",
        "cli-token",
        "controller.json",
        "controller.sock",
      ].map(async (file) => [file, ((await stat(join(rig.dataDir, file))).mode & 0o777).toString(8)]),
    );
    expect(Object.fromEntries(modes)).toEqual({
      secrets: "700",
      "secrets/signing.key": "600",
      "secrets/auth.secret": "600",
      "secrets/pg.password": "600",
      "secrets/pg-app.password": "600",
      "cli-token": "600",
      "controller.json": "600",
      "controller.sock": "600",
    });
  });

  it("answers on the local socket too", async () => {
    const call = request({ socketPath: join(rig.dataDir, "controller.sock"), path: "/readyz" });
    call.end();
    const [response] = (await once(call, "response")) as [{ statusCode: number; resume(): void }];
    response.resume();
    expect(response.statusCode).toBe(200);
  });
});

describe("sign-in of people", () => {
  const person = { name: "Ada", email: "ada@example.org", password: "correct horse battery" };
  const signIn = (password: string, headers: Record<string, string> = {}) =>
    fetch(`${rig.controller.url}/api/auth/sign-in/email`, {
      method: "POST",
      headers: { "content-type": "application/json", origin: rig.controller.url, ...headers },
      body: JSON.stringify({ email: person.email, password }),
    });

  it("begins with the one-time link, which works once", async () => {
    const token = new URL(rig.controller.setupUrl ?? "").searchParams.get("token") ?? "";
    expect((await rig.mutate("setup.complete", { ...person, token: "guessed" })).status).toBe(422);
    expect((await rig.mutate("setup.complete", { ...person, token })).status).toBe(200);
    const again = await rig.mutate("setup.complete", { ...person, email: "eve@example.org", token });
    expect(again.status).toBe(422);
    expect(again.refusals[0]?.rule).toBe("B-setup-token");
    expect((await rig.query("setup.needed")).data).toBe(false);
  });

  it("gives a session to the right password only, and audits both", async () => {
    expect((await signIn("wrong wrong wrong")).status).toBe(401);
    const response = await signIn(person.password);
    const cookie = response.headers.getSetCookie()[0] ?? "";
    expect(cookie).toMatch(/HttpOnly/);
    expect(cookie).toMatch(/SameSite=Strict/);
    const me = await fetch(`${rig.controller.url}/trpc/session.me`, {
      headers: { cookie: cookie.split(";")[0] ?? "" },
    });
    expect(await me.json()).toMatchObject({ result: { data: { json: { kind: "user", name: "Ada" } } } });
    expect((await auditOf("session.sign-in")).map(({ outcome }) => outcome)).toEqual(["done", "refused"]);
  });

  it("lets nobody fill the log with set-up attempts, however the address is spelt", async () => {
    const statuses = new Set<number>();
    for (let attempt = 0; attempt < 70; attempt++) {
      const path = attempt % 2 === 0 ? "setup.complete" : "setup%2Ecomplete";
      const response = await fetch(`${rig.controller.url}/trpc/${path}`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: "{}",
      });
      statuses.add(response.status);
    }
    expect([...statuses].sort()).toEqual([400, 429]);
  });

  it("keeps sign-up closed", async () => {
    const response = await fetch(`${rig.controller.url}/api/auth/sign-up/email`, {
      method: "POST",
      headers: { "content-type": "application/json", origin: rig.controller.url },
      body: JSON.stringify({ ...person, email: "eve@example.org" }),
    });
    expect(response.status).toBe(400);
  });

  it("limits guesses per peer, not per header", async () => {
    const statuses: number[] = [];
    for (let guess = 0; guess < 12; guess++) {
      statuses.push(
        (
          await signIn("wrong wrong wrong", {
            "x-forwarded-for": `192.0.2.${guess}`,
            "x-bulkhead-peer": `192.0.2.${guess}`,
          })
        ).status,
      );
    }
    expect(statuses).toContain(429);
  });
});

describe("nodes", () => {
  it("enrol with a token that works once", async () => {
    const { data } = await rig.mutate<Outputs["nodes"]["createToken"]>("nodes.createToken", {
      name: "web-1",
    });
    const first = rig.agent("web-1");
    expect((await first.enrol(data.token)).status).toBe(200);
    const second = rig.agent("web-2");
    const refused = await second.enrol(data.token);
    expect(refused.status).toBe(409);
    expect(JSON.parse(refused.body)).toMatchObject({ refusal: { severity: "error" } });
    expect((await auditOf("node.enrol")).map(({ outcome }) => outcome)).toEqual(["refused", "done"]);
    first.connect();
    agents.set("web-1", first);
    await eventually(async () => must((await snapshot()).nodes[0]?.online === true, "web-1 is online"));
  });

  it("are not let in with another key, and frames before the handshake close the link", async () => {
    const stranger = rig.agent("web-1", "machine-x");
    stranger.name = "web-1";
    stranger.connect();
    await eventually(() => expect(stranger.closes.join()).toContain("not enrolled here"));
    expect(stranger.isWelcome).toBe(false);
    await stranger.disconnect();
    expect((await snapshot()).nodes[0]?.online).toBe(true);
  });

  it("that send rubbish lose their link, and the controller lives", async () => {
    const agent = agentOf("web-1");
    agent.sendText('{"type":"status","at":1,"status":{"service":"evil"}}');
    await eventually(() => expect(agent.closes.join()).toContain("not as agreed"));
    await eventually(() => must(agent.isWelcome, "web-1 is back"));
  });

  it("all join", async () => {
    for (const name of nodeNames.filter((name) => name !== "web-1")) agents.set(name, await rig.join(name));
    const { nodes } = await snapshot();
    expect(nodes.filter(({ online }) => online).map(({ name }) => name)).toEqual([...nodeNames].sort());
  });
});

describe("plans that break the wall", () => {
  it("are refused with R1, kept, audited, and cannot be applied", async () => {
    const yaml = fleetYaml({ nodes: ["db-1", "web-2"] });
    const plan = await rig.mutate<Outputs["plans"]["create"]>("plans.create", { yaml });
    expect(plan.data.report.plan).toBeNull();
    expect(plan.data.report.refusals.map(({ rule }) => rule)).toContain("R1");
    const applied = await rig.mutate("deployments.start", { planId: plan.data.id, hash: plan.data.hash });
    expect(applied.status).toBe(409);
    expect(applied.refusals.map(({ rule }) => rule)).toContain("R1");
    expect((await auditOf("plan.create"))[0]).toMatchObject({
      outcome: "refused",
      detail: { rules: expect.arrayContaining(["R1"]) },
    });
    expect((await auditOf("deployment.apply"))[0]).toMatchObject({ outcome: "refused" });
  });

  it("are refused with R4", async () => {
    const plan = await rig.mutate<Outputs["plans"]["create"]>("plans.create", {
      yaml: fleetYaml({ groupIp: "10.77.0.100" }),
    });
    expect(plan.data.report.refusals.map(({ rule }) => rule)).toContain("R4");
  });

  it("name line and column when they cannot be read", async () => {
    const plan = await rig.mutate<Outputs["plans"]["create"]>("plans.create", {
      yaml: "version: 1\nwlbs: 5\n",
    });
    expect(plan.data.problems[0]).toMatchObject({ line: 2, column: 7 });
    const applied = await rig.mutate("deployments.start", { planId: plan.data.id, hash: plan.data.hash });
    expect(applied.refusals.map(({ rule }) => rule)).toEqual(["B-plan-unreadable"]);
  });
});

describe("a deployment", () => {
  it("needs the hash that was shown", async () => {
    const plan = await rig.mutate<Outputs["plans"]["create"]>("plans.create", { yaml: fleetYaml() });
    const applied = await rig.mutate("deployments.start", { planId: plan.data.id, hash: "0".repeat(64) });
    expect(applied.refusals.map(({ rule }) => rule)).toEqual(["B-plan-hash"]);
  });

  it("halts a WLBS cluster at the canary that refuses; the pair goes on", async () => {
    await agentOf("web-3").disconnect();
    agentOf("web-1").refuseWith = {
      rule: "R3",
      severity: "error",
      objects: [],
      message: "m",
      reason: "r",
      cure: "c",
    };
    for (const name of ["db-1", "db-2"]) agentOf(name).status = mscsStatus(name);
    const ended = await rig.deploy(fleetYaml());
    expect(ended.state).toBe("refused");
    expect(ended.why).toContain("web-1 refused its policy (R3");
    const states = Object.fromEntries(ended.nodes.map(({ node, state }) => [node, state]));
    expect(states).toEqual({
      "web-1": "refused",
      "web-2": "waiting",
      "web-3": "waiting",
      "db-1": "accepted",
      "db-2": "accepted",
      "witness-1": "accepted",
    });
    expect(agentOf("web-2").bundles).toEqual([]);
  });

  it("that was halted is not pushed to a host that connects", async () => {
    agentOf("web-3").connect();
    await eventually(() => must(agentOf("web-3").isWelcome, "web-3 is back"));
    await eventually(async () =>
      must(
        (await snapshot()).nodes.every(({ online }) => online),
        "all online",
      ),
    );
    expect(agentOf("web-3").bundles).toEqual([]);
  });

  it("is applied again with new generations for those that lag behind", async () => {
    agentOf("web-1").refuseWith = null;
    for (const name of ["web-1", "web-2", "web-3"])
      agentOf(name).status = wlbsStatus({ isDefaultHost: name === "web-1" });
    const ended = await rig.deploy(fleetYaml());
    expect(ended).toMatchObject({ state: "done", why: null });
    expect(ended.nodes.map(({ node, generation }) => `${node} ${generation}`).sort()).toEqual([
      "web-1 2",
      "web-2 2",
      "web-3 2",
    ]);
    const keys = ["web-1", "web-2", "web-3"].map(
      (name) => agentOf(name).secrets.at(-1)?.heartbeatKeys?.[0]?.key,
    );
    expect(new Set(keys).size).toBe(1);
    expect(keys[0]).toMatch(/^[A-Za-z0-9+/]{43}=$/);
    expect(agentOf("db-1").secrets.at(-1)?.corosyncAuthkey).toBe(
      agentOf("db-2").secrets.at(-1)?.corosyncAuthkey,
    );
    expect(agentOf("witness-1").secrets.at(-1)).toBeNull();
  });

  it("of a stale plan is refused: two admins do not overwrite each other", async () => {
    const mine = await rig.mutate<Outputs["plans"]["create"]>("plans.create", {
      yaml: fleetYaml({ webHosts: ["web-1", "web-2"] }),
    });
    await rig.deploy(fleetYaml({ groupIp: "10.77.0.51" }));
    const applied = await rig.mutate("deployments.start", { planId: mine.data.id, hash: mine.data.hash });
    expect(applied.status).toBe(409);
    expect(applied.refusals.map(({ rule }) => rule)).toEqual(["B-stale-plan"]);
    expect((await rig.query<Outputs["plans"]["get"]>("plans.get", { id: mine.data.id })).data.stale).toBe(
      true,
    );
  });

  it("made by two at once is made once", async () => {
    const plans = await Promise.all(
      ["10.77.0.52", "10.77.0.53"].map((groupIp) =>
        rig.mutate<Outputs["plans"]["create"]>("plans.create", { yaml: fleetYaml({ groupIp }) }),
      ),
    );
    const results = await Promise.all(
      plans.map(({ data }) =>
        rig.mutate<DeploymentView>("deployments.start", { planId: data.id, hash: data.hash }),
      ),
    );
    expect(results.map(({ status }) => status).sort()).toEqual([200, 409]);
    const made = results.find(({ status }) => status === 200);
    expect((await rig.ended(made?.data.id ?? "")).state).toBe("done");
  });

  it("reaches a host that was away as soon as it connects", async () => {
    const web2 = agentOf("web-2");
    await web2.disconnect();
    const ended = await rig.deploy(fleetYaml());
    expect(ended.state).toBe("done");
    expect(ended.why).toContain("web-2 was not connected");
    web2.connect();
    await eventually(async () => {
      const { data } = await rig.query<DeploymentView>("deployments.get", { id: ended.id });
      expect(data.nodes.find(({ node }) => node === "web-2")?.state).toBe("accepted");
    });
    const { nodes } = await snapshot();
    const generation = nodes.find(({ name }) => name === "web-2")?.generation;
    expect(generation?.applied).toBe(generation?.desired);
  });
});

describe("a node that enrols again", () => {
  it("gets a new bundle, sealed to its new keys, without anybody asking", async () => {
    const old = agentOf("web-3");
    await old.disconnect();
    const { data } = await rig.mutate<Outputs["nodes"]["createToken"]>("nodes.createToken", {
      name: "web-3",
    });
    const fresh = rig.agent("web-3");
    expect((await fresh.enrol(data.token)).status).toBe(200);
    fresh.status = wlbsStatus({ hostId: 3 });
    agents.set("web-3", fresh);
    fresh.connect();
    await eventually(() =>
      expect(fresh.secrets.at(-1)?.heartbeatKeys).toEqual(agentOf("web-1").secrets.at(-1)?.heartbeatKeys),
    );
    expect(fresh.generation).toBeGreaterThan(old.generation);
    const [latest] = (await rig.query<Outputs["deployments"]["list"]>("deployments.list", { limit: 1 })).data;
    expect((await rig.ended(latest?.id ?? "")).nodes.map(({ node, state }) => `${node} ${state}`)).toEqual([
      "web-3 accepted",
    ]);
  });
});

describe("the live picture", () => {
  it("says converged, and who is away and for how long", async () => {
    await eventually(async () =>
      expect((await snapshot()).wlbs[0]).toMatchObject({ name: "web", state: "converged", why: null }),
    );
    await agentOf("web-3").disconnect();
    await eventually(async () =>
      expect((await snapshot()).wlbs[0]?.why).toMatch(/web-3 has not been heard of for \d+ s/),
    );
    agentOf("web-3").connect();
    await eventually(async () => expect((await snapshot()).wlbs[0]?.why).toBeNull());
  });

  it("finds two coordinators", async () => {
    agentOf("web-2").status = wlbsStatus({ isDefaultHost: true, hostId: 2, epoch: "4.2" });
    await eventually(async () => {
      const [web] = (await snapshot()).wlbs;
      expect(web?.state).toBe("split");
      expect(web?.why).toContain("Two coordinators");
    });
    agentOf("web-2").status = wlbsStatus({ hostId: 2 });
    await eventually(async () => expect((await snapshot()).wlbs[0]?.state).toBe("converged"));
  });

  it("smooths rates", async () => {
    let packets = 0;
    const timer = setInterval(() => {
      packets += 100;
      agentOf("web-1").status = wlbsStatus({
        isDefaultHost: true,
        traffic: {
          acceptedPackets: packets,
          acceptedBytes: packets * 60,
          drainedPackets: 0,
          foreignPackets: 0,
        },
      });
    }, 200);
    await eventually(async () => {
      const rates = (await snapshot()).wlbs[0]?.hosts[0]?.rates;
      expect(rates?.acceptedPacketsPerS).toBeGreaterThan(50);
      expect(rates?.acceptedBytesPerS).toBeGreaterThan(3000);
    }).finally(() => clearInterval(timer));
  });

  it("opens a violation when the other daemon is seen, and closes it", async () => {
    const web1 = agentOf("web-1");
    web1.servicesSeen = ["wlbs", "mscs"];
    web1.reportInventory();
    await eventually(async () =>
      expect((await snapshot()).violations.map(({ rule }) => rule)).toEqual(["R3"]),
    );
    await eventually(async () =>
      expect((await auditOf("violation.open"))[0]).toMatchObject({ object: { kind: "node", name: "web-1" } }),
    );
    web1.servicesSeen = ["wlbs"];
    web1.reportInventory();
    await eventually(async () => expect((await auditOf("violation.close")).length).toBe(1));
    expect((await snapshot()).violations).toEqual([]);
  });

  it("streams over SSE", async () => {
    const end = new AbortController();
    const response = await fetch(`${rig.controller.url}/trpc/fleet.live`, {
      headers: { authorization: `Bearer ${rig.token}` },
      signal: end.signal,
    });
    let text = "";
    for await (const chunk of response.body ?? []) {
      text += Buffer.from(chunk).toString();
      if ((text.match(/"fleetName"/g) ?? []).length >= 3) break;
    }
    end.abort();
    expect(text).toMatch(/id: \d+/);
  });
});

describe("commands", () => {
  it("reach every host of the cluster and are audited", async () => {
    const { data } = await rig.mutate<Outputs["wlbs"]["command"]>("wlbs.command", {
      cluster: "web",
      verb: "drainstop",
    });
    expect(data.map(({ node, code }) => `${node} ${code}`)).toEqual(["web-1 ok", "web-2 ok", "web-3 ok"]);
    expect(agentOf("web-2").commands.at(-1)).toMatchObject({
      verb: "wlbs.drainstop",
      args: { cluster: "web" },
    });
    expect((await auditOf("wlbs.drainstop")).length).toBe(3);
  });

  it("say what to do when a host is away or does not exist", async () => {
    await agentOf("web-3").disconnect();
    await eventually(async () =>
      must(!(await snapshot()).nodes.find(({ name }) => name === "web-3")?.online, "web-3 is away"),
    );
    const away = await rig.mutate<Outputs["wlbs"]["command"]>("wlbs.command", {
      cluster: "web",
      host: "web-3",
      verb: "stop",
    });
    expect(away.data[0]).toMatchObject({ code: "failed", message: expect.stringContaining("not connected") });
    const unknown = await rig.mutate<Outputs["wlbs"]["command"]>("wlbs.command", {
      cluster: "web",
      host: "db-1",
      verb: "stop",
    });
    expect(unknown.data[0]?.code).toBe("not-found");
    expect((await auditOf("wlbs.stop")).map(({ outcome }) => outcome)).toEqual(["refused", "failed"]);
  });

  it("move a group to the peer by default", async () => {
    const { data } = await rig.mutate<Outputs["mscs"]["move"]>("mscs.move", {
      cluster: "data",
      group: "sql",
    });
    expect(data.code).toBe("ok");
    const orders = ["db-1", "db-2"].flatMap((name) => agentOf(name).commands);
    expect(orders.at(-1)).toMatchObject({ verb: "mscs.move", args: { group: "sql", to: "db-2" } });
  });
});

describe("the end of a node and of the controller", () => {
  it("revokes only what intent does not name, and ends the link at once", async () => {
    const refused = await rig.mutate("nodes.revoke", { name: "web-1" });
    expect(refused.status).toBe(409);
    await rig.deploy(fleetYaml({ webHosts: ["web-1", "web-2"] }));
    agentOf("web-3").connect();
    await eventually(() => must(agentOf("web-3").isWelcome, "web-3 is back"));
    expect((await rig.mutate("nodes.revoke", { name: "web-3" })).status).toBe(200);
    await eventually(() => expect(agentOf("web-3").closes.join()).toContain("not enrolled here"));
    expect((await snapshot()).nodes.map(({ name }) => name)).not.toContain("web-3");
  });

  it("forgets nothing when it is restarted", async () => {
    const before = await snapshot();
    await rig.restart();
    expect(rig.controller.setupUrl).toBeNull();
    for (const agent of agents.values()) {
      await agent.disconnect();
      agent.baseUrl = rig.controller.url;
      agent.connect();
    }
    await eventually(async () =>
      must(
        (await snapshot()).nodes.every(({ online }) => online),
        "all back",
      ),
    );
    const after = await snapshot();
    expect(after.nodes.map(({ name, generation }) => ({ name, generation }))).toEqual(
      before.nodes.map(({ name, generation }) => ({ name, generation })),
    );
    expect((await readFile(join(rig.dataDir, "cli-token"), "utf8")).trim()).toBe(rig.token);
  });

  it("exports the whole audit log, and only to those who may", async () => {
    const url = `${rig.controller.url}/api/audit/export?format=ndjson`;
    expect((await fetch(url)).status).toBe(401);
    const response = await fetch(url, { headers: { authorization: `Bearer ${rig.token}` } });
    const text = await response.text();
    const head = (await rig.query<Outputs["audit"]["head"]>("audit.head")).data;
    expect(text).toContain(head.hash);
    expect(text).not.toMatch(/bh1\.|bha_|BEGIN PRIVATE/);
  });
});
