/**
 * The certificate databases (NSS) of corosync-qdevice and corosync-qnetd, made as their own `certutil` scripts make them,
 * but from certificates that are given: names of files, nicknames and trust are theirs.
 */
import { createHash } from "node:crypto";
import {
  chmod,
  chown,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  writeFile,
} from "node:fs/promises";
import { dirname, join } from "node:path";
import { type Execute, executeOk } from "./execute.ts";

/** PEM texts. */
export interface TlsKeys {
  caCert: string;
  cert: string;
  /** PKCS #8. */
  key: string;
}

export interface NssPlace {
  /** The `nssdb` directory. */
  directory: string;
  /** What the daemon looks its own certificate up by. */
  nickname: "Cluster Cert" | "QNetd Cert";
}

/** Says which keys a database was made from, so that it is made only once. */
const markFile = "bulkhead.sha256";

/** True if the database was made anew. The mark comes last: what was cut off in between is made again. */
export async function installKeys(run: Execute, place: NssPlace, keys: TlsKeys): Promise<boolean> {
  const { directory } = place;
  const digest = createHash("sha256")
    .update(JSON.stringify([place.nickname, keys]))
    .digest("hex");
  const mark = await markOf(directory);
  if (mark === digest) return false;
  await mkdir(directory, { recursive: true, mode: 0o755 });
  const fresh = await mkdtemp(join(dirname(directory), "nssdb-"));
  try {
    await fillDatabase(run, fresh, { keys, nickname: place.nickname });
    await giveTo(fresh, await stat(directory));
    if (mark !== null) await removeFiles(directory);
    else if ((await readdir(directory)).length > 0) await moveFiles(directory, theirsOf(directory));
    await moveFiles(fresh, directory);
    await writeFile(join(directory, markFile), digest, { mode: 0o644 });
  } finally {
    await rm(fresh, { recursive: true, force: true });
  }
  return true;
}

/** Takes away a database that we made, and gives back the one that was there before; one of somebody else stays. */
export async function removeKeys(directory: string): Promise<void> {
  if ((await markOf(directory)) === null) return;
  await removeFiles(directory);
  const theirs = theirsOf(directory);
  if ((await readdir(theirs).catch(() => [])).length > 0) await moveFiles(theirs, directory);
  else await rm(directory, { recursive: true, force: true });
  await rm(theirs, { recursive: true, force: true });
}

/** Null = not made by us. */
function markOf(directory: string): Promise<string | null> {
  return readFile(join(directory, markFile), "utf8").catch(() => null);
}

/** The package of qnetd makes a database of its own when it is installed. */
function theirsOf(directory: string): string {
  return `${directory}.before-bulkhead`;
}

/** File by file: a directory of a lower layer cannot be renamed on every overlay file system. */
async function moveFiles(from: string, to: string): Promise<void> {
  await mkdir(to, { recursive: true, mode: 0o755 });
  for (const name of await readdir(from)) await rename(join(from, name), join(to, name));
}

async function removeFiles(directory: string): Promise<void> {
  for (const name of await readdir(directory))
    await rm(join(directory, name), { recursive: true, force: true });
}

async function fillDatabase(
  run: Execute,
  directory: string,
  { keys, nickname }: { keys: TlsKeys; nickname: string },
): Promise<void> {
  const file = (name: string) => join(directory, name);
  const texts = { "ca.pem": keys.caCert, "cert.pem": keys.cert, "key.pem": keys.key, "pwdfile.txt": "" };
  for (const [name, text] of Object.entries(texts)) await writeFile(file(name), text, { mode: 0o600 });
  const database = ["-d", directory] as const;
  const password = ["-f", file("pwdfile.txt")] as const;
  const trust = nickname === "QNetd Cert" ? "CT,," : "CT,c,c";
  const authority = ["-n", "QNet CA", "-t", trust, "-a", "-i", file("ca.pem")] as const;
  const pair = ["-in", file("cert.pem"), "-inkey", file("key.pem"), "-name", nickname] as const;
  const container = ["-i", file("own.p12"), "-W", "", "-k", file("pwdfile.txt")] as const;
  await executeOk(run, ["certutil", "-N", ...database, ...password]);
  await executeOk(run, ["certutil", "-A", ...database, ...password, ...authority]);
  await executeOk(run, [
    "openssl",
    "pkcs12",
    "-export",
    ...pair,
    "-out",
    file("own.p12"),
    "-passout",
    "pass:",
  ]);
  await executeOk(run, ["pk12util", ...database, ...container]);
  for (const name of ["ca.pem", "cert.pem", "key.pem", "own.p12"]) await rm(file(name), { force: true });
}

/** qnetd runs as a user of its own, to whom its package gives the directory. */
async function giveTo(directory: string, { uid, gid }: { uid: number; gid: number }): Promise<void> {
  for (const name of await readdir(directory)) {
    await chown(join(directory, name), uid, gid);
    await chmod(join(directory, name), 0o660);
  }
}
