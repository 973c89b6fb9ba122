/**
 * The enrolment token: `bh1.<secret>.<controller key id>`. The secret lets one node in once; the key id lets
 * the node recognise its controller. Tokens are read from a file or a terminal, never from an argument.
 */
import { randomBytes } from "node:crypto";
import { type Parsed, parsed, unreadable } from "./parsed.ts";

export interface EnrolToken {
  secret: string;
  /** Fingerprint of the controller's signing key, see `keyFingerprint`. */
  keyId: string;
}

const tokenForm = /^bh1\.([A-Za-z0-9_-]{32,128})\.([A-Za-z0-9_-]{22})$/;

/** 32 random bytes, base64url. The controller stores only a hash of it. */
export function newTokenSecret(): string {
  return randomBytes(32).toString("base64url");
}

export function formatToken(token: EnrolToken): string {
  return `bh1.${token.secret}.${token.keyId}`;
}

/** White space around the token is forgiven: it comes from files and terminals. The problem never quotes it. */
export function parseToken(text: string): Parsed<EnrolToken> {
  const [, secret, keyId] = tokenForm.exec(text.trim()) ?? [];
  if (secret === undefined || keyId === undefined)
    return unreadable("This is no enrolment token (bh1.<secret>.<key id>); copy it again from the console.");
  return parsed({ secret, keyId });
}
