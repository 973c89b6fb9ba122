/**
 * Who this node is: its name, its two private keys, made here and never sent anywhere, the controller's key
 * that it learnt when it enrolled.
 */
import type { KeyObject } from "node:crypto";
import {
  generateKey,
  type Parsed,
  parsed,
  privateKeyText,
  publicKeyText,
  readPrivateKey,
  readPublicKey,
  unreadable,
} from "@bulkhead/protocol";
import { createLedger, type Ledger } from "@bulkhead/runtime";
import * as z from "zod";

export interface Identity {
  node: string;
  /** Ed25519: proves on the link who we are. */
  signingKey: KeyObject;
  /** X25519: opens what is sealed to us. */
  sealingKey: KeyObject;
  /** Ed25519 public key: whose bundles we take. */
  controllerKey: KeyObject;
}

/** What the file holds. */
export interface StoredIdentity {
  formatVersion: 1;
  node: string;
  signingKey: string;
  sealingKey: string;
  controllerKey: string;
}

const storedIdentity = z.object({
  formatVersion: z.literal(1),
  node: z.string().min(1),
  signingKey: z.string(),
  sealingKey: z.string(),
  controllerKey: z.string(),
});

export function identityLedger(path: string): Ledger<StoredIdentity> {
  return createLedger(path, (plain) => {
    const outcome = storedIdentity.safeParse(plain);
    return outcome.success ? parsed(outcome.data) : unreadable("it is not an identity");
  });
}

/** Reads and checks the identity; the problem tells the admin what to do. */
export function loadIdentity(path: string): Parsed<Identity> {
  const entry = identityLedger(path).read();
  if (entry.kind === "absent")
    return unreadable("This machine is not enrolled; run the install command again.");
  if (entry.kind === "torn")
    return unreadable(`${entry.problem} Enrol the node again with a new token from the console.`);
  return openIdentity(entry.value);
}

function openIdentity(stored: StoredIdentity): Parsed<Identity> {
  const signingKey = readPrivateKey(stored.signingKey, "ed25519");
  if (!signingKey.ok) return signingKey;
  const sealingKey = readPrivateKey(stored.sealingKey, "x25519");
  if (!sealingKey.ok) return sealingKey;
  const controllerKey = readPublicKey(stored.controllerKey, "ed25519");
  if (!controllerKey.ok) return controllerKey;
  return parsed({
    node: stored.node,
    signingKey: signingKey.value,
    sealingKey: sealingKey.value,
    controllerKey: controllerKey.value,
  });
}

export function storeIdentity(path: string, identity: Identity): void {
  identityLedger(path).write({
    formatVersion: 1,
    node: identity.node,
    signingKey: privateKeyText(identity.signingKey),
    sealingKey: privateKeyText(identity.sealingKey),
    controllerKey: publicKeyText(identity.controllerKey),
  });
}

/** Fresh keys for one enrolment: a new enrolment is a new identity and inherits nothing from an old one. */
export function newNodeKeys(): { signingKey: KeyObject; sealingKey: KeyObject } {
  return { signingKey: generateKey("ed25519"), sealingKey: generateKey("x25519") };
}
