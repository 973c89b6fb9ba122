/** The procedures of the pairs against a context in memory: what they take, refuse and answer. */
import { TRPCError } from "@trpc/server";
import { describe, expect, it } from "vitest";
import { appRouter } from "./router.ts";
import { admin, memoryContext, sampleRefusal } from "./testing/memory-context.ts";
import { sampleAct } from "./testing/memory-mscs.ts";
import { createCallerFactory, type RefusalError } from "./trpc.ts";

function setUp() {
  const context = memoryContext(admin);
  return { context, call: createCallerFactory(appRouter)(context).mscs };
}

async function codeOf(work: Promise<unknown>): Promise<string> {
  return (await errorOf(work)).code;
}

async function errorOf(work: Promise<unknown>): Promise<TRPCError> {
  const error: unknown = await work.catch((thrown: unknown) => thrown);
  if (!(error instanceof TRPCError)) throw new Error(`expected a TRPCError, got ${String(error)}`);
  return error;
}

const group = { kind: "group", name: "sql" } as const;
const offline = { cluster: "data", order: { verb: "offline", object: group } } as const;

describe("mscs.command", () => {
  it("fills in what is left out, and answers with the act", async () => {
    const { context, call } = setUp();
    expect(await call.command(offline)).toEqual(sampleAct);
    expect(JSON.parse(context.calls[0]?.replace("mscs.command ", "") ?? "")).toEqual({
      cluster: "data",
      order: { ...offline.order, to: null, mode: null, deadlineS: null },
      confirm: false,
    });
  });

  it("takes every name that the fleet file takes", async () => {
    const { call } = setUp();
    const object = { kind: "resource", name: "sql_1/Main-IP" } as const;
    expect(await call.command({ cluster: "data", order: { verb: "fail", object } })).toEqual(sampleAct);
  });

  it.each([
    ["an unknown verb", { ...offline.order, verb: "explode" }],
    ["an unknown mode", { ...offline.order, mode: "gently" }],
    ["a resource without its group", { verb: "offline", object: { kind: "resource", name: "ip" } }],
    ["a group with a path in its name", { verb: "offline", object: { kind: "group", name: "../sql" } }],
    ["no deadline at all", { ...offline.order, deadlineS: 0 }],
    ["more than a day", { ...offline.order, deadlineS: 86_401 }],
    ["fields that nobody knows", { ...offline.order, force: true }],
  ])("does not take %s", async (_what, order) => {
    const { context, call } = setUp();
    expect(await codeOf(call.command({ cluster: "data", order: order as never }))).toBe("BAD_REQUEST");
    expect(context.calls).toEqual([]);
  });

  it.each(["B-confirm", "B-order"])("refused by %s is a conflict, with the refusal as data", async (rule) => {
    const { context, call } = setUp();
    context.refusal = { ...sampleRefusal, rule };
    const error = await errorOf(call.command(offline));
    expect(error.code).toBe("CONFLICT");
    expect((error.cause as RefusalError).refusals).toEqual([context.refusal]);
  });
});

describe("questions", () => {
  it("answer 404 for a pair that does not exist, with those that do", async () => {
    const { call } = setUp();
    const witnessLoss = { kind: "witnessLoss" } as const;
    const asked = [
      call.drift({ cluster: "nope" }),
      call.history({ cluster: "nope" }),
      call.whatIf({ cluster: "nope", question: witnessLoss }),
      call.agents({ cluster: "nope" }),
      call.validate({ cluster: "nope" }),
    ];
    for (const error of await Promise.all(asked.map(errorOf))) {
      expect(error.code).toBe("NOT_FOUND");
      expect(error.message).toBe("MSCS pair nope was not found. Known: data.");
    }
    expect(await codeOf(call.validation({ id: "nope" }))).toBe("NOT_FOUND");
  });

  it("about the future start live and with the first failure", async () => {
    const { context, call } = setUp();
    const question = { kind: "resourceFailure", group: "sql", resource: "db" } as const;
    expect(await call.whatIf({ cluster: "data", question })).toMatchObject({ from: "live" });
    expect(context.calls[0]).toContain('"times":1');
    const policy = { kind: "policy", policy: {} } as never;
    expect(await codeOf(call.whatIf({ cluster: "data", question: policy }))).toBe("BAD_REQUEST");
  });

  it("about the past ask for one page", async () => {
    const { context, call } = setUp();
    expect(await call.history({ cluster: "data" })).toEqual([]);
    expect(context.calls).toEqual(['mscs.history {"cluster":"data","group":null,"before":null,"limit":50}']);
    expect(await codeOf(call.history({ cluster: "data", limit: 501 }))).toBe("BAD_REQUEST");
  });

  it.each(["nginx", "ocf:heartbeat:../../bin/sh", "ocf:a b:c", "; reboot"])(
    "take no %j for an agent",
    async (agent) => {
      const { context, call } = setUp();
      expect(await codeOf(call.agentForm({ cluster: "data", agent }))).toBe("BAD_REQUEST");
      expect(context.calls).toEqual([]);
    },
  );

  it("name foreign pairs and what adopting them would mean", async () => {
    const { call } = setUp();
    expect(await call.foreign()).toMatchObject([{ nodes: ["old-1"], cluster: "legacy", at: 3 }]);
    expect(await call.adoption({ node: "old-1" })).toMatchObject({ pair: "old-1", obstacles: [] });
  });
});
