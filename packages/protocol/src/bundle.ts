/**
 * Signing and verifying policy bundles. The envelope carries the signed bytes themselves, so that both ends
 * verify the very same bytes; nothing inside the payload is looked at before the signature holds.
 */
import { createHash, type KeyObject, sign, verify } from "node:crypto";
import { canonicalJson } from "@bulkhead/core/fleet";
import { keyFingerprint } from "./keys.ts";
import type { BundleEnvelope, BundlePayload } from "./link.ts";
import { parseBundlePayload } from "./parse.ts";
import { type Parsed, parsed, unreadable } from "./parsed.ts";

export interface VerifiedBundle {
  payload: BundlePayload;
  /** Hex SHA-256 of the signed bytes: tells two bundles of one generation apart. */
  digest: string;
}

/** `signingKey`: the controller's Ed25519 private key. */
export function signBundle(payload: BundlePayload, signingKey: KeyObject): BundleEnvelope {
  const bytes = Buffer.from(canonicalJson(payload));
  return {
    payload: bytes.toString("base64"),
    signature: sign(null, bytes, signingKey).toString("base64"),
    keyId: keyFingerprint(signingKey),
  };
}

/** `trustedKey`: the controller's Ed25519 public key that the node learnt when it enrolled. */
export function verifyBundle(envelope: BundleEnvelope, trustedKey: KeyObject): Parsed<VerifiedBundle> {
  if (envelope.keyId !== keyFingerprint(trustedKey))
    return unreadable(`The bundle is signed with key ${envelope.keyId}, which this node does not trust.`);
  const bytes = Buffer.from(envelope.payload, "base64");
  if (!signatureHolds(bytes, envelope.signature, trustedKey))
    return unreadable("The signature of the bundle does not match its content.");
  const payload = parseBundlePayload(bytes.toString("utf8"));
  if (!payload.ok) return payload;
  return parsed({ payload: payload.value, digest: createHash("sha256").update(bytes).digest("hex") });
}

function signatureHolds(bytes: Buffer, signature: string, key: KeyObject): boolean {
  try {
    return verify(null, bytes, key, Buffer.from(signature, "base64"));
  } catch {
    return false;
  }
}
