/** The first start: a one-time link makes the first administrator. The link's token is stored hashed. */
import { createHash } from "node:crypto";
import type { ApiContext } from "@bulkhead/api";
import type { Refusal } from "@bulkhead/core/fleet";
import type { Db } from "@bulkhead/db";
import type { Clock } from "@bulkhead/runtime";
import { systemDeed } from "../audit.ts";
import { randomText } from "../secrets.ts";

const settingKey = "setup.token";

export interface SetupServiceOptions {
  db: Pick<Db, "change" | "users" | "audit">;
  clock: Clock;
  createUser(user: { name: string; email: string; password: string }): Promise<{ id: string }>;
}

/** A fresh token while there is no user; every start makes the one before it worthless. Null: nothing to set up. */
export async function openSetup({
  db,
  clock,
}: Pick<SetupServiceOptions, "db" | "clock">): Promise<string | null> {
  if ((await db.users.count()) > 0) return null;
  const token = randomText();
  await db.change(async (tx) => {
    await tx.settings.set(settingKey, hashOf(token));
    const object = { kind: "fleet", name: "setup" };
    tx.audit.append(systemDeed({ at: clock.nowMs(), action: "setup.open", object, outcome: "done" }));
  });
  return token;
}

export function setupService(options: SetupServiceOptions): ApiContext["setup"] {
  return {
    needed: async () => (await options.db.users.count()) === 0,
    complete: (input) => complete(options, input),
  };
}

type Input = Parameters<ApiContext["setup"]["complete"]>[0];

async function complete(options: SetupServiceOptions, input: Input): Promise<Refusal | null> {
  const { db, createUser } = options;
  const hash = hashOf(input.token);
  if ((await db.users.count()) > 0 || !(await spend(options, hash, input.email))) {
    return await refused(options, input.email);
  }
  try {
    await createUser({ name: input.name, email: input.email, password: input.password });
  } catch (error) {
    // The link stays good: nobody could sign in otherwise.
    await restore(options, hash, input.email);
    throw error;
  }
  return null;
}

/** The token is taken first and at once, so that two requests with it make one administrator. */
async function spend({ db, clock }: SetupServiceOptions, hash: string, email: string): Promise<boolean> {
  return await db.change(async (tx) => {
    const isTaken = await tx.settings.take(settingKey, hash);
    const object = { kind: "user", name: email };
    const outcome = isTaken ? ("done" as const) : ("refused" as const);
    tx.audit.append(systemDeed({ at: clock.nowMs(), action: "setup.complete", object, outcome }));
    return isTaken;
  });
}

async function restore({ db, clock }: SetupServiceOptions, hash: string, email: string): Promise<void> {
  await db.change(async (tx) => {
    await tx.settings.set(settingKey, hash);
    const object = { kind: "user", name: email };
    tx.audit.append(systemDeed({ at: clock.nowMs(), action: "setup.complete", object, outcome: "failed" }));
  });
}

async function refused({ db }: SetupServiceOptions, email: string): Promise<Refusal> {
  const isDone = (await db.users.count()) > 0;
  return {
    rule: "B-setup-token",
    severity: "error",
    objects: [{ kind: "fleet", name: email }],
    message: isDone ? "The first administrator exists already" : "The set-up link is not valid",
    reason: "The link of the first start works once and only until the controller is started again.",
    cure: isDone ? "Sign in instead." : "Start the controller again and open the link that it prints.",
  };
}

function hashOf(token: string): string {
  return createHash("sha256").update(token).digest("hex");
}
