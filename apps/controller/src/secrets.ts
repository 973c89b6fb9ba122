/**
 * The files of DIR/secrets: made at the first start, readable only by the controller's own user. Their content
 * never reaches a log, an argument or an answer.
 */
import { type KeyObject, randomBytes } from "node:crypto";
import { chmod, mkdir, open, readFile, rename } from "node:fs/promises";
import { join } from "node:path";
import { generateKey, keyFingerprint, privateKeyText, readPrivateKey } from "@bulkhead/protocol";

export interface Secrets {
  /** Ed25519; signs bundles and the handshake. */
  signingKey: KeyObject;
  keyId: string;
  /** Signs the session cookies. */
  authSecret: string;
  directory: string;
}

/** Makes what is missing. Throws with a cure when a file is there but unreadable. */
export async function prepareSecrets(dataDir: string): Promise<Secrets> {
  const directory = join(dataDir, "secrets");
  await mkdir(directory, { recursive: true, mode: 0o700 });
  await chmod(directory, 0o700);
  const keyFile = join(directory, "signing.key");
  const keyText = await readOrMake(keyFile, () => privateKeyText(generateKey("ed25519")));
  const key = readPrivateKey(keyText, "ed25519");
  if (!key.ok) {
    throw new Error(
      `${keyFile} is damaged: ${key.problem} Restore it from a backup; without it every node must be enrolled again.`,
    );
  }
  const authSecret = await readOrMake(join(directory, "auth.secret"), randomText);
  return {
    signingKey: key.value,
    keyId: keyFingerprint(key.value),
    authSecret: authSecret.trim(),
    directory,
  };
}

/** 256 random bits as base64url. */
export function randomText(): string {
  return randomBytes(32).toString("base64url");
}

export async function readOrMake(file: string, make: () => string): Promise<string> {
  const present = await readIfPresent(file);
  if (present !== null) return present;
  const text = make();
  await writeSecret(file, text);
  return text;
}

/** Null when there is no such file; other errors are thrown. */
export async function readIfPresent(file: string): Promise<string | null> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
}

/** Whole or not at all: written beside, synced, renamed. Mode 0600. */
export async function writeSecret(file: string, text: string): Promise<void> {
  const temporary = `${file}.${process.pid}.tmp`;
  const handle = await open(temporary, "w", 0o600);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(temporary, file);
}
