/** The `tokens` part of the API context, and the check of a bearer token. Only hashes are stored. */
import { createHash, randomUUID } from "node:crypto";
import type { Actor, ApiContext } from "@bulkhead/api";
import type { Db } from "@bulkhead/db";
import type { Clock } from "@bulkhead/runtime";
import { deedOf, systemDeed } from "../audit.ts";
import { randomText } from "../secrets.ts";

/** Begins every API token, so that one that leaks is recognised. */
const prefix = "bha_";

export interface TokenServiceOptions {
  db: Pick<Db, "change" | "apiTokens">;
  clock: Clock;
}

export function tokensService({ db, clock }: TokenServiceOptions): ApiContext["tokens"] {
  return {
    async create(actor, { name }) {
      const made = newToken();
      const createdAt = clock.nowMs();
      await db.change(async (tx) => {
        await tx.apiTokens.create({
          id: made.id,
          name,
          tokenHash: made.hash,
          createdBy: actor.name,
          createdAt,
        });
        const object = { kind: "api-token", name };
        tx.audit.append(
          deedOf(actor, {
            at: createdAt,
            action: "token.create",
            object,
            outcome: "done",
            detail: { id: made.id },
          }),
        );
      });
      return { token: made.token, id: made.id };
    },
    async list() {
      return (await db.apiTokens.list()).map(({ id, name, createdAt, lastUsedAt }) => ({
        id,
        name,
        createdAt,
        lastUsedAt,
      }));
    },
    async revoke(actor, id) {
      await db.change(async (tx) => {
        const isGone = await tx.apiTokens.revoke(id);
        const object = { kind: "api-token", name: id };
        const outcome = isGone ? ("done" as const) : ("failed" as const);
        tx.audit.append(deedOf(actor, { at: clock.nowMs(), action: "token.revoke", object, outcome }));
      });
    },
  };
}

/** Null for anything but a valid token. */
export async function actorOfToken({ db, clock }: TokenServiceOptions, token: string): Promise<Actor | null> {
  if (!token.startsWith(prefix)) return null;
  const row = await db.apiTokens.findByHash(hashOf(token), clock.nowMs());
  return row ? { kind: "token", id: row.id, name: row.name } : null;
}

/** A token that the controller makes for the CLI of its own machine. */
export async function createLocalToken({ db, clock }: TokenServiceOptions): Promise<string> {
  const made = newToken();
  const at = clock.nowMs();
  const name = "local CLI";
  await db.change(async (tx) => {
    await tx.apiTokens.create({
      id: made.id,
      name,
      tokenHash: made.hash,
      createdBy: "controller",
      createdAt: at,
    });
    const object = { kind: "api-token", name };
    tx.audit.append(
      systemDeed({ at, action: "token.create", object, outcome: "done", detail: { id: made.id } }),
    );
  });
  return made.token;
}

function newToken(): { token: string; hash: string; id: string } {
  const token = `${prefix}${randomText()}`;
  return { token, hash: hashOf(token), id: randomUUID() };
}

function hashOf(token: string): string {
  return createHash("sha256").update(token).digest("hex");
}
