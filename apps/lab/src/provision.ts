/**
 * Makes a node's disk: the overlay stores, and in them what an admin would have put on a fresh machine before the
 * install script runs. A disk that exists is left alone: a node keeps its identity over power cuts and restarts.
 */
import { createHash, randomBytes } from "node:crypto";
import { constants, existsSync } from "node:fs";
import { chmod, copyFile, mkdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { nodePlaces, type Places } from "./places.ts";
import { inside, type NodeSpec, nodeSpecs } from "./topology.ts";

const overlaid = ["etc", "usr", "var", "opt"] as const;
/** Marks a disk whose first boot was completed. */
const finished = "finished";
/** Directories that must be the node's own: in a user namespace those of the machine belong to nobody. */
const owned = [
  "etc/upper/systemd/system",
  "etc/upper/default",
  "var/upper/lib",
  "var/upper/log",
  "var/upper/tmp",
];

const seedFile = (places: Places) => join(places.data, "lab/seed");

/** What the machine identities of all nodes are derived from. Once per data directory. */
export async function ensureSeed(places: Places): Promise<void> {
  await mkdir(join(places.data, "lab"), { recursive: true });
  if (existsSync(seedFile(places))) return;
  await writeFile(seedFile(places), randomBytes(16).toString("hex"), { mode: 0o600 });
}

/** Empties the corner that a node shares with the fabric. Once per start of the lab, before its sockets are made. */
export async function prepareShare(places: Places, spec: NodeSpec): Promise<void> {
  const { share, log } = nodePlaces(places, spec.name);
  await rm(share, { recursive: true, force: true });
  await mkdir(share, { recursive: true });
  await mkdir(log, { recursive: true });
}

/**
 * Makes everything that does not need the node to run. Returns whether the disk is new: then `firstBootScript` is to be
 * run in the node, and `finishDisk` after it. A disk that was never finished is made anew.
 */
export async function prepareDisk(places: Places, spec: NodeSpec): Promise<boolean> {
  const { disk, units } = nodePlaces(places, spec.name);
  await rm(units, { recursive: true, force: true });
  await mkdir(units, { recursive: true });
  const fresh = !existsSync(join(disk, finished));
  if (fresh) await rm(disk, { recursive: true, force: true });
  for (const directory of overlaid) {
    await mkdir(join(disk, directory, "upper"), { recursive: true });
    await mkdir(join(disk, directory, "work"), { recursive: true });
  }
  for (const directory of owned) await mkdir(join(disk, directory), { recursive: true });
  await writePrograms(places, spec, join(disk, "usr/upper"));
  if (fresh) await writeConfiguration(places, spec, join(disk, "etc/upper"));
  return fresh;
}

/** From now on the disk is kept as it is. */
export async function finishDisk(places: Places, spec: NodeSpec): Promise<void> {
  await writeFile(join(nodePlaces(places, spec.name).disk, finished), "");
}

/** Programs are renewed at every start: they belong to this version of the lab. */
async function writePrograms(places: Places, spec: NodeSpec, usr: string): Promise<void> {
  const place = async (file: string, path: string) => {
    await mkdir(join(usr, path, ".."), { recursive: true });
    await copyFile(join(places.files, file), join(usr, path), constants.COPYFILE_FICLONE);
    await chmod(join(usr, path), 0o755);
  };
  await place("systemctl", "bin/systemctl");
  if (spec.kind === "db") {
    await place("fence_bulkhead_lab", "sbin/fence_bulkhead_lab");
    await place("modprobe", "sbin/modprobe");
  }
  await mkdir(join(usr, "local/bin"), { recursive: true });
  await rm(join(usr, "local/bin/node"), { force: true });
  await symlink(inside.node, join(usr, "local/bin/node"));
}

async function writeConfiguration(places: Places, spec: NodeSpec, etc: string): Promise<void> {
  await mkdir(etc, { recursive: true });
  const hosts = nodeSpecs("two").map((node) => `${node.serviceAddresses[0]} ${node.name}`);
  await writeFile(join(etc, "machine-id"), `${await machineId(places, spec.name)}\n`, { mode: 0o444 });
  await writeFile(join(etc, "hostname"), `${spec.name}\n`);
  await writeFile(join(etc, "hosts"), ["127.0.0.1 localhost", ...hosts, ""].join("\n"));
  await writeFile(join(etc, "resolv.conf"), "");
  // With one user id only, the web server cannot change to another.
  if (!(await allUsersExist())) await writeFile(join(etc, "default/lab-nginx"), "NGINX_USER=root\n");
  const system = join(etc, "systemd/system");
  await mkdir(join(system, "multi-user.target.wants"), { recursive: true });
  for (const unit of spec.units) {
    await copyFile(join(places.files, `${unit}.service`), join(system, `${unit}.service`));
    await symlink(
      `/etc/systemd/system/${unit}.service`,
      join(system, "multi-user.target.wants", `${unit}.service`),
    );
  }
}

/** A machine stays the same machine when its disk is made anew: the controller knows it by this. */
async function machineId(places: Places, name: string): Promise<string> {
  const seed = await readFile(seedFile(places), "utf8");
  return createHash("sha256").update(`${seed} ${name}`).digest("hex").slice(0, 32);
}

/** False inside a user namespace that maps only whoever started the lab. */
async function allUsersExist(): Promise<boolean> {
  const [, , count] = (await readFile("/proc/self/uid_map", "utf8")).trim().split(/\s+/);
  return Number(count) > 1;
}

/**
 * Shell lines that a fresh node runs once after its first boot: what the machine itself has enabled or configured is
 * not the node's, or a web host would look as if somebody had put a cluster engine on it.
 */
export function firstBootScript(spec: NodeSpec): string {
  const keep = spec.units.map((unit) => `! -name ${unit}.service`).join(" ");
  const engine = "/var/lib/corosync /var/lib/pacemaker/cib /var/lib/pacemaker/pengine";
  return [
    `find /etc/systemd/system/multi-user.target.wants -mindepth 1 ${keep} -delete`,
    "rm -rf /etc/bulkhead /opt/bulkhead /var/lib/bulkhead /etc/systemd/system/bulkhead-agent.service",
    ...(spec.kind === "db" ? ["rm -f /etc/corosync/corosync.conf /etc/corosync/authkey"] : []),
    ...(spec.kind === "db" ? [`find ${engine} -mindepth 1 -delete`] : []),
  ].join("\n");
}
