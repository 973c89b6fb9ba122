/**
 * The disk that both nodes of the pair reach and only one may mount: an image file with ext4 and multiple mount
 * protection, seen by each node through a loop device of its own. A loop device is released by the kernel when its last
 * user is gone, so nothing of it outlives the lab.
 */
import { existsSync } from "node:fs";
import { mkdir, open, rename, truncate } from "node:fs/promises";
import type { Places } from "./places.ts";
import { postgresPrograms } from "./postgres-programs.ts";
import { must, run } from "./run.ts";
import { until } from "./until.ts";

export interface AttachedDisk {
  device: string;
  /** Lets go of the device and waits until it is detached: only then the peer may mount. */
  release(): Promise<void>;
}

const sizeBytes = 1024 ** 3;
/** A mount point in the fabric's own mount namespace; nobody else sees it. */
const workshop = "/mnt";

/** What the shop keeps, and who may ask: everybody on the service network, as this network is the lab's own. */
const shopSchema = `
CREATE ROLE shop LOGIN;
CREATE TABLE visits (host text PRIMARY KEY, count bigint NOT NULL);
ALTER TABLE visits OWNER TO shop;
`;
const hostRules = ["local all all trust", "host shop shop 10.77.0.0/24 trust", ""].join("\n");
const settings = [
  "listen_addresses = '*'",
  "max_connections = 60",
  "shared_buffers = 16MB",
  "unix_socket_directories = '/run/postgresql'",
  "",
].join("\n");

/** Attaches the image to a free loop device. */
export async function attachSharedDisk(image: string): Promise<AttachedDisk> {
  const device = (await must(["losetup", "--find", "--show", image])).trim();
  const handle = await open(device, "r");
  // The device is in use by the handle, so this only marks it to go with its last user.
  await must(["losetup", "--detach", device]);
  return {
    device,
    async release() {
      await handle.close();
      await until(`${device} to be let go`, () => (backing(device) ? null : true), { timeoutMs: 10_000 });
    },
  };
}

/** Makes the disk with an initialised PostgreSQL on it, once. A disk that is there is left alone. */
export async function ensureSharedDisk(places: Places): Promise<void> {
  const image = places.sharedDiskImage;
  // A lab that was killed a moment ago may still be letting go of it.
  const free = async () =>
    (await run(["losetup", "--associated", image])).stdout.trim() === "" ? true : null;
  await until("the shared disk to be free", free, { timeoutMs: 15_000 });
  if (existsSync(image)) return;
  const draft = `${image}.new`;
  await mkdir(`${places.data}/lab`, { recursive: true });
  await (await open(draft, "w", 0o600)).close();
  await truncate(draft, sizeBytes);
  await must(["mkfs.ext4", "-q", "-F", "-O", "mmp", "-E", "lazy_itable_init=1,mmp_update_interval=1", draft]);
  const disk = await attachSharedDisk(draft);
  try {
    await must(["mount", "-t", "ext4", disk.device, workshop]);
    await initialisePostgres(`${workshop}/data`);
    await must(["umount", workshop]);
  } finally {
    await run(["umount", workshop]);
    await disk.release();
  }
  await rename(draft, image);
}

async function initialisePostgres(dataDir: string): Promise<void> {
  const asPostgres = [
    "setpriv",
    "--reuid",
    "postgres",
    "--regid",
    "postgres",
    "--init-groups",
    "env",
    "-C",
    "/",
    "LC_ALL=C",
  ];
  const postgresBin = postgresPrograms();
  if (postgresBin === null) throw new Error("PostgreSQL is not installed: apt-get install postgresql");
  await must(["install", "-d", "-o", "postgres", "-g", "postgres", "-m", "0700", dataDir]);
  // The file system is unmounted afterwards, which is all the syncing that is needed.
  const initdb = `${postgresBin}/initdb -D ${dataDir} -U postgres -E UTF8 --locale=C --auth=trust --no-sync`;
  await must([...asPostgres, ...initdb.split(" ")]);
  await must([...asPostgres, "tee", `${dataDir}/pg_hba.conf`], { input: hostRules });
  await must([...asPostgres, "tee", "-a", `${dataDir}/postgresql.conf`], { input: settings });
  const single = (database: string) => [
    ...asPostgres,
    `${postgresBin}/postgres`,
    "--single",
    "-j",
    "-D",
    dataDir,
    database,
  ];
  await must(single("postgres"), { input: "CREATE DATABASE shop;\n\n" });
  await must(single("shop"), { input: shopSchema.trim().split("\n").join("\n\n") + "\n\n" });
}

function backing(device: string): boolean {
  return existsSync(`/sys/block/${device.replace("/dev/", "")}/loop/backing_file`);
}
