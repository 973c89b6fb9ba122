/** The `nodes` part of the API context: enrolment tokens and revocation. */
import type { KeyObject } from "node:crypto";
import type { ApiContext } from "@bulkhead/api";
import type { Db } from "@bulkhead/db";
import { formatToken, keyFingerprint, newTokenSecret } from "@bulkhead/protocol";
import type { Clock } from "@bulkhead/runtime";
import { deedOf, refusalDetail } from "../audit.ts";
import { tokenHash } from "../hub/enrol.ts";
import type { AgentHub } from "../hub/hub.ts";
import type { LiveFleet } from "../live/live-fleet.ts";
import type { World } from "../world.ts";

export interface NodesServiceOptions {
  db: Pick<Db, "change" | "audit">;
  world: World;
  live: LiveFleet;
  hub: AgentHub;
  signingKey: KeyObject;
  clock: Clock;
  /** Where machines reach this controller, without slash at the end. */
  baseUrl: string;
}

export function nodesService(options: NodesServiceOptions): ApiContext["nodes"] {
  return {
    createToken: (actor, input) => createToken(options, actor, input),
    revoke: (actor, name) => revoke(options, actor, name),
  };
}

const createToken = async (
  options: NodesServiceOptions,
  actor: Parameters<ApiContext["nodes"]["createToken"]>[0],
  input: Parameters<ApiContext["nodes"]["createToken"]>[1],
): ReturnType<ApiContext["nodes"]["createToken"]> => {
  const { db, clock, signingKey, baseUrl } = options;
  const secret = newTokenSecret();
  const createdAt = clock.nowMs();
  const expiresAt = createdAt + input.ttlMinutes * 60_000;
  await db.change(async (tx) => {
    const token = {
      tokenHash: tokenHash(secret),
      node: input.name,
      createdBy: actor.name,
      createdAt,
      expiresAt,
    };
    await tx.nodes.createToken(token);
    tx.audit.append(
      deedOf(actor, {
        at: createdAt,
        action: "node.create-token",
        object: { kind: "node", name: input.name },
        outcome: "done",
        detail: { expiresAt: new Date(expiresAt).toISOString() },
      }),
    );
  });
  // The token itself is asked for on the terminal: it must not be in a command line or a shell history.
  const installCommand = `curl -fsSL ${baseUrl}/install.sh | sudo sh`;
  return { token: formatToken({ secret, keyId: keyFingerprint(signingKey) }), installCommand, expiresAt };
};

const revoke = async (
  options: NodesServiceOptions,
  actor: Parameters<ApiContext["nodes"]["revoke"]>[0],
  name: string,
): ReturnType<ApiContext["nodes"]["revoke"]> => {
  const { db, clock, hub, world, live } = options;
  const at = clock.nowMs();
  const refusal = await db.change(async (tx) => {
    const said = await tx.nodes.revoke(name, at);
    tx.audit.append(
      deedOf(actor, {
        at,
        action: "node.revoke",
        object: { kind: "node", name },
        outcome: said ? "refused" : "done",
        detail: said ? refusalDetail([said]) : {},
      }),
    );
    return said;
  });
  if (refusal) return refusal;
  hub.drop(name, "this node's enrolment was revoked");
  live.forget(name);
  await world.refresh();
  return null;
};
