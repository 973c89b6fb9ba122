/** The procedures against a context in memory: inputs, answers, and refusals as data. */

import { callTRPCProcedure, getTRPCErrorShape, TRPCError } from "@trpc/server";

import { describe, expect, it } from "vitest";
import type { DeploymentView } from "./context.ts";
import { appRouter } from "./router.ts";
import { admin, memoryContext, sampleRefusal } from "./testing/memory-context.ts";
import { createCallerFactory, type RefusalError } from "./trpc.ts";

function setUp() {
  const context = memoryContext(admin);
  return { context, call: createCallerFactory(appRouter)(context) };
}

async function thrownBy(work: Promise<unknown>): Promise<TRPCError> {
  const error: unknown = await work.catch((thrown: unknown) => thrown);
  if (!(error instanceof TRPCError)) throw new Error(`expected a TRPCError, got ${String(error)}`);
  return error;
}

const deployment: DeploymentView = {
  id: "d1",
  planId: "p1",
  planHash: "a".repeat(64),
  state: "running",
  startedAt: 1,
  finishedAt: null,
  by: "Ada",
  why: null,
  nodes: [],
};

describe("refusals", () => {
  it("travel as data with 409", async () => {
    const { context, call } = setUp();
    context.refusal = sampleRefusal;
    const error = await thrownBy(call.deployments.start({ planId: "p1", hash: "a".repeat(64) }));
    expect(error.code).toBe("CONFLICT");
    expect((error.cause as RefusalError).refusals).toEqual([sampleRefusal]);
  });

  it("of the input travel with 422", async () => {
    const { context, call } = setUp();
    context.refusal = sampleRefusal;
    const setup = { token: "t", name: "Ada", email: "ada@example.org", password: "correct horse" };
    const error = await thrownBy(call.setup.complete(setup));
    expect(error.code).toBe("UNPROCESSABLE_CONTENT");
  });

  it("are in the shape that a client sees, without a stack trace", async () => {
    const { context, call } = setUp();
    context.refusal = sampleRefusal;
    const error = await thrownBy(call.nodes.revoke({ name: "web-1" }));
    const shape = getTRPCErrorShape({
      config: appRouter._def._config,
      error,
      type: "mutation",
      path: "nodes.revoke",
      input: undefined,
      ctx: context,
    });
    expect(shape.data.refusals).toEqual([sampleRefusal]);
    expect(JSON.stringify(shape)).not.toContain(".ts:");
  });
});

describe("inputs", () => {
  it.each(["Web-1", "web_1", "../etc", "-a", "a b", ""])("refuse %j as a node name", async (name) => {
    const { context, call } = setUp();
    expect((await thrownBy(call.nodes.createToken({ name }))).code).toBe("BAD_REQUEST");
    expect(context.calls).toEqual([]);
  });

  it("default the life of an enrolment token to one hour", async () => {
    const { context, call } = setUp();
    await call.nodes.createToken({ name: "web-1" });
    expect(context.calls).toEqual(['nodes.createToken {"name":"web-1","ttlMinutes":60}']);
  });

  it("default a command to the whole cluster, without deadline and unconfirmed", async () => {
    const { context, call } = setUp();
    await call.wlbs.command({ cluster: "web", verb: "drainstop" });
    const defaults = { host: null, target: null, deadlineS: null, confirm: false };
    expect(JSON.parse(context.calls[0]?.replace("wlbs.command ", "") ?? "")).toEqual({
      cluster: "web",
      verb: "drainstop",
      ...defaults,
    });
  });

  it.each([0, 86_401, 1.5])("refuse %d s as a deadline", async (deadlineS) => {
    const { context, call } = setUp();
    const order = { cluster: "web", verb: "drainstop" as const, deadlineS };
    expect((await thrownBy(call.wlbs.command(order))).code).toBe("BAD_REQUEST");
    expect(context.calls).toEqual([]);
  });

  it("let no rule be set aside but R32", async () => {
    const { context, call } = setUp();
    const order = { yaml: "version: 1\n", override: ["R1"] as unknown as ["R32"] };
    expect((await thrownBy(call.plans.create(order))).code).toBe("BAD_REQUEST");
    expect(context.calls).toEqual([]);
  });

  it("refuse an address that is none, with the form", async () => {
    const { call } = setUp();
    const error = await thrownBy(call.wlbs.ip2mac({ address: "web-1" }));
    expect(error.code).toBe("UNPROCESSABLE_CONTENT");
    expect(error.message).toContain("192.0.2.1");
  });

  it("refuse a hash that is none", async () => {
    const { call } = setUp();
    expect((await thrownBy(call.deployments.start({ planId: "p1", hash: "latest" }))).code).toBe(
      "BAD_REQUEST",
    );
  });
});

describe("WLBS commands", () => {
  it("answer 404 for a cluster that does not exist, with those that do", async () => {
    const { call } = setUp();
    const error = await thrownBy(call.wlbs.command({ cluster: "nope", verb: "stop" }));
    expect(error.code).toBe("NOT_FOUND");
    expect(error.message).toBe("WLBS cluster nope was not found. Known: web.");
    expect((await thrownBy(call.wlbs.tables({ cluster: "nope" }))).code).toBe("NOT_FOUND");
  });

  it.each([
    ["B-confirm", "CONFLICT"],
    ["B-rule-target", "UNPROCESSABLE_CONTENT"],
    ["B-packet", "UNPROCESSABLE_CONTENT"],
  ])("refused by %s are %s", async (rule, code) => {
    const { context, call } = setUp();
    context.refusal = { ...sampleRefusal, rule };
    expect((await thrownBy(call.wlbs.command({ cluster: "web", verb: "stop" }))).code).toBe(code);
  });

  it("show the MACs of every mode", async () => {
    const { call } = setUp();
    const { text } = await call.wlbs.ip2mac({ address: "192.0.2.1" });
    expect(text).toContain("02:bf:c0:00:02:01");
    expect(text).toContain("03:bf:c0:00:02:01");
    expect(text).toContain("01:00:5e:7f:02:01");
  });
});

describe("live views", () => {
  it("carry an id with every picture", async () => {
    const { context } = setUp();
    context.deployment = deployment;
    const views: unknown[] = [];
    const stream = await callTRPCProcedure({
      router: appRouter,
      path: "deployments.live",
      getRawInput: async () => ({ id: "d1" }),
      ctx: context,
      type: "subscription",
      signal: undefined,
      batchIndex: 0,
    });
    for await (const envelope of stream as AsyncIterable<unknown[]>) views.push(envelope.slice(0, 2));
    expect(views).toEqual([["d1.1", deployment]]);
  });
});

it("says where to look when a plan is unknown", async () => {
  const { call } = setUp();
  const error = await thrownBy(call.plans.get({ id: "nope" }));
  expect(error.code).toBe("NOT_FOUND");
  expect(error.message).toContain("nope");
});
