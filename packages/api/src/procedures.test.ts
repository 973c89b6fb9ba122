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

  it("default a command to the whole cluster", async () => {
    const { context, call } = setUp();
    await call.wlbs.command({ cluster: "web", verb: "drainstop" });
    expect(context.calls).toEqual(['wlbs.command {"cluster":"web","host":null,"verb":"drainstop"}']);
  });

  it("refuse a hash that is none", async () => {
    const { call } = setUp();
    expect((await thrownBy(call.deployments.start({ planId: "p1", hash: "latest" }))).code).toBe(
      "BAD_REQUEST",
    );
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
