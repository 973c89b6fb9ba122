/** Every procedure has an access rule, and the rule holds: 401 for all but the two of the first start. */

import { TRPCError } from "@trpc/server";
import { getHTTPStatusCodeFromError } from "@trpc/server/http";
import { describe, expect, it } from "vitest";
import { appRouter } from "./router.ts";
import { memoryContext } from "./testing/memory-context.ts";
import { createCallerFactory } from "./trpc.ts";

const procedures = Object.entries(appRouter._def.procedures);
const publicNames = ["setup.complete", "setup.needed"];

/** Calls by dotted name, as a request from outside does. */
async function callAsNobody(name: string): Promise<unknown> {
  const caller: unknown = createCallerFactory(appRouter)(memoryContext(null));
  let target: unknown = caller;
  for (const part of name.split(".")) target = (target as Record<string, unknown>)[part];
  return await (target as (input?: unknown) => Promise<unknown>)({});
}

it("knows all procedures", () => {
  expect(procedures.length).toBeGreaterThanOrEqual(39);
});

describe.each(procedures)("%s", (name, procedure) => {
  const access = (procedure as unknown as { _def: { meta?: { access?: string } } })._def.meta?.access;

  it("has an access rule", () => {
    expect(access).toBe(publicNames.includes(name) ? "public" : "signedIn");
  });
});

const closed = procedures.map(([name]) => name).filter((name) => !publicNames.includes(name));

it.each(closed)("%s answers 401 to nobody, before it looks at the input", async (name) => {
  const error: unknown = await callAsNobody(name).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(TRPCError);
  expect(getHTTPStatusCodeFromError(error as TRPCError)).toBe(401);
});
