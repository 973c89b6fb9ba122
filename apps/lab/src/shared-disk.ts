/**
 * The disks that both nodes of a pair reach and only one may mount: image files with ext4 and multiple mount protection,
 * seen by each node through loop devices of its own. A loop device is released by the kernel when its last user is gone,
 * so nothing of it outlives the lab.
 */
import { existsSync } from "node:fs";
import { mkdir, open, rename, truncate } from "node:fs/promises";
import { hasBroker } from "./broker-program.ts";
import { fillDisk } from "./disk-content.ts";
import { diskImage, type Places } from "./places.ts";
import { must, run } from "./run.ts";
import { type DiskSpec, disksOf, type NodeSpec } from "./topology.ts";
import { until } from "./until.ts";

export interface AttachedDisk {
  device: string;
  /** Lets go of the device and waits until it is detached: only then the peer may mount. */
  release(): Promise<void>;
}

/** All shared disks of a node, by their names. */
export interface AttachedDisks {
  devices: Record<string, string>;
  release(): Promise<void>;
}

/** A mount point in the fabric's own mount namespace; nobody else sees it. */
const workshop = "/mnt";

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

/** Attaches every shared disk of a node; each of its power-ons does it anew. */
export async function attachDisks(places: Places, spec: NodeSpec): Promise<AttachedDisks> {
  const devices: Record<string, string> = {};
  const attached: AttachedDisk[] = [];
  for (const disk of presentDisks(spec)) {
    const one = await attachSharedDisk(diskImage(places, disk.name));
    devices[disk.name] = one.device;
    attached.push(one);
  }
  const release = async () => void (await Promise.all(attached.map((disk) => disk.release())));
  return { devices, release };
}

/** The shared disks of a node for which this machine has the programs. */
export function presentDisks(spec: NodeSpec): DiskSpec[] {
  return disksOf(spec).filter(({ content }) => content !== "mosquitto" || hasBroker());
}

/** Makes the disks of the pairs of these nodes, once. A disk that is there is left alone. */
export async function ensureSharedDisks(places: Places, nodes: readonly NodeSpec[]): Promise<void> {
  for (const disk of new Set(nodes.flatMap(presentDisks))) await ensureSharedDisk(places, disk);
}

async function ensureSharedDisk(places: Places, disk: DiskSpec): Promise<void> {
  const image = diskImage(places, disk.name);
  // A lab that was killed a moment ago may still be letting go of it.
  const free = async () =>
    (await run(["losetup", "--associated", image])).stdout.trim() === "" ? true : null;
  await until(`the shared disk ${disk.name} to be free`, free, { timeoutMs: 15_000 });
  if (existsSync(image)) return;
  const draft = `${image}.new`;
  await mkdir(`${places.data}/lab`, { recursive: true });
  await (await open(draft, "w", 0o600)).close();
  await truncate(draft, disk.sizeBytes);
  await must(["mkfs.ext4", "-q", "-F", "-O", "mmp", "-E", "lazy_itable_init=1,mmp_update_interval=1", draft]);
  const attached = await attachSharedDisk(draft);
  try {
    await must(["mount", "-t", "ext4", attached.device, workshop]);
    await fillDisk(disk.content, workshop);
    await must(["umount", workshop]);
  } finally {
    await run(["umount", workshop]);
    await attached.release();
  }
  await rename(draft, image);
}

function backing(device: string): boolean {
  return existsSync(`/sys/block/${device.replace("/dev/", "")}/loop/backing_file`);
}
