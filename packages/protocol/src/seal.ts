/**
 * Sealing secrets to one node and one bundle: X25519 with a fresh key per seal, HKDF-SHA-256, AES-256-GCM.
 * Node name and generation are bound in, so that a seal cannot be moved into another node's bundle or
 * into a later one. Layout: 1 version byte, 32 ephemeral public key, 12 nonce, ciphertext, 16 tag.
 */
import {
  createCipheriv,
  createDecipheriv,
  createPublicKey,
  diffieHellman,
  hkdfSync,
  type KeyObject,
  randomBytes,
} from "node:crypto";
import { canonicalJson } from "@bulkhead/core/fleet";
import { generateKey } from "./keys.ts";
import type { BundleSecrets } from "./link.ts";
import { parseBundleSecrets } from "./parse.ts";
import { type Parsed, unreadable } from "./parsed.ts";

const version = 1;
const keyBytes = 32;
const nonceBytes = 12;
const tagBytes = 16;
const headBytes = 1 + keyBytes + nonceBytes;

/** For whom and for which bundle a seal is. */
export interface SealBinding {
  node: string;
  generation: number;
}

/** Base64 text for `BundlePayload.sealedSecrets`. `recipient`: the node's X25519 public key. */
export function sealSecrets(secrets: BundleSecrets, recipient: KeyObject, binding: SealBinding): string {
  const ephemeral = generateKey("x25519");
  const shared = diffieHellman({ privateKey: ephemeral, publicKey: recipient });
  const ephemeralRaw = rawPublicKey(ephemeral);
  const nonce = randomBytes(nonceBytes);
  const key = sealKey(shared, Buffer.concat([ephemeralRaw, rawPublicKey(recipient)]));
  const cipher = createCipheriv("aes-256-gcm", key, nonce).setAAD(bindingBytes(binding));
  const text = Buffer.concat([cipher.update(canonicalJson(secrets), "utf8"), cipher.final()]);
  const head = Buffer.concat([Buffer.from([version]), ephemeralRaw, nonce]);
  return Buffer.concat([head, text, cipher.getAuthTag()]).toString("base64");
}

/** `own`: the node's X25519 private key. Every failure is one of wrong key, wrong binding or damage. */
export function openSecrets(sealed: string, own: KeyObject, binding: SealBinding): Parsed<BundleSecrets> {
  const bytes = Buffer.from(sealed, "base64");
  if (bytes.length < headBytes + tagBytes || bytes[0] !== version)
    return unreadable("The sealed secrets are damaged or of an unknown version; update the agent.");
  try {
    return parseBundleSecrets(decrypt(bytes, own, binding));
  } catch {
    return unreadable("The sealed secrets are not for this node and this bundle; enrol the node again.");
  }
}

function decrypt(bytes: Buffer, own: KeyObject, binding: SealBinding): string {
  const ephemeralRaw = bytes.subarray(1, 1 + keyBytes);
  const nonce = bytes.subarray(1 + keyBytes, headBytes);
  const shared = diffieHellman({ privateKey: own, publicKey: publicKeyFromRaw(ephemeralRaw) });
  const key = sealKey(shared, Buffer.concat([ephemeralRaw, rawPublicKey(own)]));
  const decipher = createDecipheriv("aes-256-gcm", key, nonce).setAAD(bindingBytes(binding));
  decipher.setAuthTag(bytes.subarray(bytes.length - tagBytes));
  const text = bytes.subarray(headBytes, bytes.length - tagBytes);
  return Buffer.concat([decipher.update(text), decipher.final()]).toString("utf8");
}

function sealKey(shared: Buffer, salt: Buffer): Buffer {
  return Buffer.from(hkdfSync("sha256", shared, salt, "bulkhead seal v1", keyBytes));
}

function bindingBytes(binding: SealBinding): Buffer {
  return Buffer.from(canonicalJson({ node: binding.node, generation: binding.generation }));
}

function rawPublicKey(key: KeyObject): Buffer {
  const { x } = (key.type === "private" ? createPublicKey(key) : key).export({ format: "jwk" });
  return Buffer.from(x ?? "", "base64url");
}

function publicKeyFromRaw(raw: Buffer): KeyObject {
  return createPublicKey({
    key: { kty: "OKP", crv: "X25519", x: raw.toString("base64url") },
    format: "jwk",
  });
}
