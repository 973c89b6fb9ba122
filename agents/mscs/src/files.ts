/**
 * The files of the engine on this node. Every write is atomic, happens only when the content differs, and keeps
 * what was there before us, so that a released node is as it was.
 */
import {
  chmod,
  chown,
  copyFile,
  mkdir,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  writeFile,
} from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { alertDirectory } from "@bulkhead/core/mscs";

/** Absolute paths; tests give other ones. */
export interface EnginePaths {
  corosyncConf: string;
  authkey: string;
  qnetdDefaults: string;
  /** Certificate databases (NSS) of the pair's end and of the witness's end. */
  qdeviceKeys: string;
  qnetdKeys: string;
  /** Where our own resource agents go; a directory of ours. */
  ocfAgents: string;
  /** The alert agent and its spool. */
  alerts: string;
  cibDirectory: string;
  /** Mode and owner of the authkey are part of Corosync's own checks. */
  backups: string;
}

export function enginePaths(stateDir: string): EnginePaths {
  return {
    corosyncConf: "/etc/corosync/corosync.conf",
    authkey: "/etc/corosync/authkey",
    qnetdDefaults: "/etc/default/corosync-qnetd",
    qdeviceKeys: "/etc/corosync/qdevice/net/nssdb",
    qnetdKeys: "/etc/corosync/qnetd/nssdb",
    ocfAgents: "/usr/lib/ocf/resource.d/bulkhead",
    alerts: alertDirectory,
    cibDirectory: "/var/lib/pacemaker/cib",
    backups: join(stateDir, "before"),
  };
}

/** Null if there is no such file. */
export async function readOrNull(path: string): Promise<Buffer | null> {
  return readFile(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return null;
    throw error;
  });
}

/** True if the file was written; false if it already was like that. */
export async function writeIfChanged(path: string, content: string | Buffer, mode: number): Promise<boolean> {
  const wanted = Buffer.from(content);
  const present = await readOrNull(path);
  if (present !== null && present.equals(wanted)) {
    await chmod(path, mode);
    return false;
  }
  await mkdir(dirname(path), { recursive: true });
  const temporary = `${path}.bulkhead`;
  await rm(temporary, { force: true });
  await writeFile(temporary, wanted, { mode, flag: "wx" });
  await chmod(temporary, mode);
  await rename(temporary, path);
  return true;
}

/** Keeps a copy of a file that is not ours, once. */
export async function keepBefore(paths: EnginePaths, path: string): Promise<void> {
  const copy = join(paths.backups, basename(path));
  if ((await readOrNull(path)) === null || (await readOrNull(copy)) !== null) return;
  await mkdir(paths.backups, { recursive: true, mode: 0o700 });
  await copyFile(path, copy);
}

/** Puts the kept copy back, or removes the file if there was none. */
export async function restoreBefore(paths: EnginePaths, path: string): Promise<void> {
  const copy = await readOrNull(join(paths.backups, basename(path)));
  if (copy === null) await rm(path, { force: true });
  else await writeIfChanged(path, copy, 0o644);
  await rm(join(paths.backups, basename(path)), { force: true });
}

/** True if the engine has a configuration already, that is, has run here before. */
export async function hasCib(paths: EnginePaths): Promise<boolean> {
  return (await readOrNull(join(paths.cibDirectory, "cib.xml"))) !== null;
}

/** First configuration of an engine that has never run here. Pacemaker insists on its own user as the owner. */
export async function seedCib(paths: EnginePaths, xml: string): Promise<void> {
  const owner = await stat(paths.cibDirectory);
  const file = join(paths.cibDirectory, "cib.xml");
  await writeIfChanged(file, xml, 0o600);
  await chown(file, owner.uid, owner.gid);
}

/**
 * Removes the engine's configuration and its history; only while Pacemaker is stopped. The scheduler keeps what it was asked
 * beside it: each file there holds the whole configuration, with the passwords of fence devices.
 */
export async function removeCib(paths: EnginePaths): Promise<void> {
  for (const directory of [paths.cibDirectory, join(paths.cibDirectory, "../pengine")]) {
    const entries = await readdir(directory).catch(() => []);
    await Promise.all(entries.map((entry) => rm(join(directory, entry), { recursive: true, force: true })));
  }
}
