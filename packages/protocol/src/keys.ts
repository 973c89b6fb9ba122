/**
 * Keys and their texts. Every party has an Ed25519 key for signing; a node has an X25519 key besides, to which
 * its secrets are sealed. Public keys travel as SPKI (base64 of the DER).
 */
import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
} from "node:crypto";
import { type Parsed, parsed, unreadable } from "./parsed.ts";

export type KeyKind = "ed25519" | "x25519";

/** A new private key; the public one is derived from it. */
export function generateKey(kind: KeyKind): KeyObject {
  return kind === "ed25519"
    ? generateKeyPairSync("ed25519").privateKey
    : generateKeyPairSync("x25519").privateKey;
}

/** PKCS8 PEM, for a 0600 file. */
export function privateKeyText(key: KeyObject): string {
  return key.export({ type: "pkcs8", format: "pem" }).toString();
}

export function readPrivateKey(text: string, kind: KeyKind): Parsed<KeyObject> {
  try {
    const key = createPrivateKey(text);
    return key.asymmetricKeyType === kind ? parsed(key) : unreadable(`The private key is not ${kind}.`);
  } catch {
    return unreadable("The private key is not PKCS8 PEM.");
  }
}

/** Base64 of the SPKI DER; takes a private key too, and gives its public half. */
export function publicKeyText(key: KeyObject): string {
  return publicKeyDer(key).toString("base64");
}

export function readPublicKey(text: string, kind: KeyKind): Parsed<KeyObject> {
  try {
    const key = createPublicKey({ key: Buffer.from(text, "base64"), format: "der", type: "spki" });
    return key.asymmetricKeyType === kind ? parsed(key) : unreadable(`The public key is not ${kind}.`);
  } catch {
    return unreadable("The public key is not SPKI in base64.");
  }
}

/** Base64url SHA-256 of the SPKI DER, first 22 characters (132 bits): the key id in tokens and envelopes. */
export function keyFingerprint(key: KeyObject): string {
  return createHash("sha256").update(publicKeyDer(key)).digest("base64url").slice(0, 22);
}

function publicKeyDer(key: KeyObject): Buffer {
  const publicKey = key.type === "private" ? createPublicKey(key) : key;
  return publicKey.export({ type: "spki", format: "der" });
}
