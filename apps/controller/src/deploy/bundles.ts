/** Makes the signed bundle of one node: its policy, its secrets sealed to its own key, its next generation. */
import type { KeyObject } from "node:crypto";
import type { NodePolicy } from "@bulkhead/core/plan";
import type { NodeRow } from "@bulkhead/db";
import {
  type BundleEnvelope,
  type BundleSecrets,
  parseBundlePayload,
  readPublicKey,
  sealSecrets,
  signBundle,
} from "@bulkhead/protocol";

export interface BundleInput {
  row: NodeRow;
  policy: NodePolicy;
  secrets: BundleSecrets | null;
  generation: number;
  issuedAt: number;
}

/** Throws when the stored sealing key cannot be read: the enrolment checked it, so the row is damaged. */
export function makeBundle(input: BundleInput, signingKey: KeyObject): BundleEnvelope {
  const { row, policy, secrets, generation, issuedAt } = input;
  return signBundle(
    {
      formatVersion: 1,
      node: row.name,
      machineId: row.machineId,
      generation,
      issuedAt,
      policy,
      sealedSecrets: secrets ? seal(row, secrets, generation) : null,
    },
    signingKey,
  );
}

/** When a bundle of our own was made; 0 if that cannot be read. */
export function bundleIssuedAt(envelope: BundleEnvelope): number {
  const payload = parseBundlePayload(Buffer.from(envelope.payload, "base64").toString("utf8"));
  return payload.ok ? payload.value.issuedAt : 0;
}

function seal(row: NodeRow, secrets: BundleSecrets, generation: number): string {
  const key = readPublicKey(row.sealingKey, "x25519");
  if (!key.ok)
    throw new Error(`The stored sealing key of ${row.name} is damaged: ${key.problem} Enrol the node again.`);
  return sealSecrets(secrets, key.value, { node: row.name, generation });
}
