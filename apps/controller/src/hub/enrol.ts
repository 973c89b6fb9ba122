/** `POST /agent/enrol`: a one-time token makes a machine a node of the fleet. */
import { createHash, type KeyObject } from "node:crypto";
import { type Refusal, refusalLine } from "@bulkhead/core/fleet";
import type { Db } from "@bulkhead/db";
import {
  type EnrolRequest,
  type EnrolResponse,
  keyFingerprint,
  parseEnrolRequest,
  parseToken,
  publicKeyText,
  readPublicKey,
} from "@bulkhead/protocol";
import type { Clock } from "@bulkhead/runtime";

export type EnrolOutcome =
  | { status: 200; body: EnrolResponse }
  | { status: 400 | 409; body: { message: string; refusal: Refusal | null } };

export interface Enroller {
  db: Pick<Db, "change" | "audit">;
  signingKey: KeyObject;
  clock: Clock;
  /** After a node was made or renewed. */
  onEnrolled(node: string): Promise<void>;
}

/** Only this hash of a token's secret is stored. */
export function tokenHash(secret: string): string {
  return createHash("sha256").update(secret).digest("hex");
}

export async function enrol(text: string, from: string, enroller: Enroller): Promise<EnrolOutcome> {
  const request = parseEnrolRequest(text);
  if (!request.ok) return malformed(request.problem);
  const token = parseToken(request.value.token);
  if (!token.ok) return malformed(token.problem);
  const keys = [
    readPublicKey(request.value.signingKey, "ed25519"),
    readPublicKey(request.value.sealingKey, "x25519"),
  ];
  for (const key of keys) if (!key.ok) return malformed(key.problem);
  const made = await makeNode(request.value, { secret: token.value.secret, from }, enroller);
  if ("refusal" in made) {
    await auditRefused(made.refusal, { from, machineId: request.value.inventory.machineId }, enroller);
    return { status: 409, body: { message: refusalLine(made.refusal), refusal: made.refusal } };
  }
  await enroller.onEnrolled(made.node);
  const { signingKey } = enroller;
  return {
    status: 200,
    body: { node: made.node, controllerKey: publicKeyText(signingKey), keyId: keyFingerprint(signingKey) },
  };
}

class Refused extends Error {
  readonly refusal: Refusal;
  constructor(refusal: Refusal) {
    super(refusal.message);
    this.refusal = refusal;
  }
}

/** A refusal rolls the change back and is audited by itself. */
async function makeNode(
  request: EnrolRequest,
  origin: { secret: string; from: string },
  { db, clock }: Enroller,
): Promise<{ node: string } | { refusal: Refusal }> {
  const { inventory, signingKey, sealingKey } = request;
  const now = clock.nowMs();
  try {
    return await db.change(async (tx) => {
      const result = await tx.nodes.enrol({
        tokenHash: tokenHash(origin.secret),
        now,
        machineId: inventory.machineId,
        signingKey,
        sealingKey,
        agentVersion: inventory.agentVersion,
        inventory,
      });
      if ("refusal" in result) throw new Refused(result.refusal);
      const { name } = result.node;
      tx.audit.append({
        at: now,
        actor: { kind: "node", id: name, name },
        action: "node.enrol",
        object: { kind: "node", name },
        outcome: "done",
        detail: { machineId: inventory.machineId, from: origin.from, agentVersion: inventory.agentVersion },
      });
      return { node: name };
    });
  } catch (error) {
    if (error instanceof Refused) return { refusal: error.refusal };
    throw error;
  }
}

async function auditRefused(
  refusal: Refusal,
  origin: { from: string; machineId: string },
  { db, clock }: Enroller,
): Promise<void> {
  await db.audit.append({
    at: clock.nowMs(),
    actor: { kind: "node", id: origin.machineId, name: origin.machineId },
    action: "node.enrol",
    object: { kind: "node", name: refusal.objects[0]?.name ?? origin.machineId },
    outcome: "refused",
    detail: { from: origin.from, rule: refusal.rule, message: refusal.message, cure: refusal.cure },
  });
}

function malformed(problem: string): EnrolOutcome {
  return { status: 400, body: { message: problem, refusal: null } };
}
