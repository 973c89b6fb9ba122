/**
 * The handshake of the link. Either side signs the nonce of the other, together with its own and the purpose,
 * so that no signature can be replayed, reflected, or taken for one over a bundle.
 */
import { type KeyObject, randomBytes, sign, verify } from "node:crypto";
import { canonicalJson } from "@bulkhead/core/fleet";

/** Who proves what to whom. `challenge` is the controller's nonce, `nonce` the agent's. */
export interface Handshake {
  node: string;
  challenge: string;
  nonce: string;
}

/** 32 random bytes, base64url. */
export function newNonce(): string {
  return randomBytes(32).toString("base64url");
}

/** For `hello`: the agent signs with its node key. */
export function signHello(handshake: Handshake, nodeKey: KeyObject): string {
  return sign(null, handshakeBytes("hello", handshake), nodeKey).toString("base64");
}

export function verifyHello(handshake: Handshake, signature: string, nodeKey: KeyObject): boolean {
  return verifyHandshake("hello", handshake, { signature, key: nodeKey });
}

/** For `welcome`: the controller signs with its signing key. */
export function signWelcome(handshake: Handshake, controllerKey: KeyObject): string {
  return sign(null, handshakeBytes("welcome", handshake), controllerKey).toString("base64");
}

export function verifyWelcome(handshake: Handshake, signature: string, controllerKey: KeyObject): boolean {
  return verifyHandshake("welcome", handshake, { signature, key: controllerKey });
}

function verifyHandshake(
  purpose: string,
  handshake: Handshake,
  proof: { signature: string; key: KeyObject },
): boolean {
  try {
    return verify(
      null,
      handshakeBytes(purpose, handshake),
      proof.key,
      Buffer.from(proof.signature, "base64"),
    );
  } catch {
    return false;
  }
}

function handshakeBytes(purpose: string, handshake: Handshake): Buffer {
  const { node, challenge, nonce } = handshake;
  return Buffer.from(canonicalJson({ purpose: `bulkhead link v1 ${purpose}`, node, challenge, nonce }));
}
