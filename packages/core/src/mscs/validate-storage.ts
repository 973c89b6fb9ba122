/** Validation, category storage: the shared disks are there on both nodes, are the same, and are nobody else's. */
import type { DiskFact, NodeFacts } from "./node-facts.ts";
import {
  type Inspection,
  judged,
  notNeeded,
  passed,
  resourcesOf,
  skipped,
  warned,
} from "./validate-facts.ts";
import type { ValidationTest } from "./validation.ts";

const subject = (id: string, title: string, node?: string) => ({
  id: `storage.${id}`,
  category: "storage" as const,
  title,
  ...(node === undefined ? {} : { node }),
});

interface Disk {
  full: string;
  device: string;
  mount: string;
  fs: string;
}

export function storageTests(inspection: Inspection): ValidationTest[] {
  const disks = resourcesOf(inspection.policy).flatMap(({ full, resource }): Disk[] =>
    resource.type === "filesystem"
      ? [{ full, device: resource.device, mount: resource.mount, fs: resource.fs }]
      : [],
  );
  if (disks.length === 0) return [notNeeded(subject("disks", "Shared disks"), "No group has a disk.")];
  return disks.flatMap((disk) => [
    ...inspection.known.flatMap((facts) => [
      present(disk, facts),
      fileSystem(disk, facts),
      notAtBoot(disk, facts),
    ]),
    sameDisk(disk, inspection),
    mountedOnce(disk, inspection),
  ]);
}

function diskOf({ disks }: NodeFacts, { device }: Disk): DiskFact | undefined {
  return disks.find((disk) => disk.device === device);
}

/** An NFS export is no device of the node: it can only be tried. */
function isRemote({ fs }: Disk): boolean {
  return fs.startsWith("nfs") || fs === "cifs";
}

function present(disk: Disk, facts: NodeFacts): ValidationTest {
  const it = subject(`present.${disk.full}`, `${disk.device} is there`, facts.node);
  if (isRemote(disk)) return notNeeded(it, `${disk.device} is a file system of the network.`);
  const found = diskOf(facts, disk);
  if (!found) return skipped(it, `${facts.node} did not look for ${disk.device}.`);
  const size = found.sizeBytes === null ? "unknown size" : `${(found.sizeBytes / 2 ** 30).toFixed(1)} GiB`;
  return judged(it, found.isPresent ? [] : [`${facts.node} does not see ${disk.device}.`], {
    fine: `${size}, ${found.id ?? "without an ID"}`,
    cure: "Attach the disk to both nodes (SAN zoning, iSCSI login, or the hypervisor), under the same stable name.",
  });
}

function fileSystem(disk: Disk, facts: NodeFacts): ValidationTest {
  const it = subject(`fs.${disk.full}`, `${disk.device} holds a file system ${disk.fs}`, facts.node);
  if (isRemote(disk)) return notNeeded(it, `${disk.device} is a file system of the network.`);
  const found = diskOf(facts, disk);
  if (!found?.isPresent) return skipped(it, "The disk is not there.");
  if (found.fs === disk.fs) return passed(it, disk.fs);
  const cure =
    found.fs === null
      ? `Make the file system on one node: mkfs -t ${disk.fs} ${disk.device}. It destroys what is on the disk.`
      : `Write fs: ${found.fs} in the fleet file, or make the file system anew.`;
  return judged(it, [`There is ${found.fs ?? "no file system"} on it.`], { fine: "", cure });
}

/** Two nodes that mount it at boot destroy it. */
function notAtBoot(disk: Disk, facts: NodeFacts): ValidationTest {
  const it = subject(`fstab.${disk.full}`, `${disk.device} is not mounted at boot`, facts.node);
  const found = diskOf(facts, disk);
  if (!found) return skipped(it, `${facts.node} did not look for ${disk.device}.`);
  return judged(it, found.isInFstab ? [`/etc/fstab of ${facts.node} mounts it.`] : [], {
    fine: "It is not in /etc/fstab.",
    cure: "Take its line out of /etc/fstab: only the engine may mount a shared disk.",
  });
}

function sameDisk(disk: Disk, { known }: Inspection): ValidationTest {
  const it = subject(`same.${disk.full}`, `Both nodes see the same ${disk.device}`);
  if (isRemote(disk)) return notNeeded(it, `${disk.device} is a file system of the network.`);
  const [a, b] = known.flatMap((facts) => {
    const found = diskOf(facts, disk);
    return found?.isPresent ? [{ node: facts.node, ...found }] : [];
  });
  if (!a || !b) return skipped(it, "Both nodes must see the disk to be compared.");
  const cure =
    "Attach one disk to both nodes, and name it by what is the same on both, such as /dev/disk/by-id/...";
  if (a.sizeBytes !== b.sizeBytes)
    return judged(it, [`${a.node} sees ${a.sizeBytes} bytes, ${b.node} sees ${b.sizeBytes}.`], {
      fine: "",
      cure,
    });
  if (a.id === null || b.id === null)
    return warned(
      it,
      "The size is the same; the disk has no ID to compare.",
      "Make the file system, whose UUID tells, or use a disk with a WWN or serial number.",
    );
  return judged(it, a.id === b.id ? [] : [`${a.node} sees ${a.id}, ${b.node} sees ${b.id}.`], {
    fine: a.id,
    cure,
  });
}

/** The owner of the group may have it mounted where the policy says, and nobody anywhere else. */
function mountedOnce(disk: Disk, { known }: Inspection): ValidationTest {
  const it = subject(`mounted.${disk.full}`, `${disk.device} is not mounted outside of the pair`);
  const mounts = known.flatMap((facts) =>
    (diskOf(facts, disk)?.mountedAt ?? []).map((place) => ({ node: facts.node, place, facts })),
  );
  const wrong = mounts
    .filter(({ place, facts }) => place !== disk.mount || facts.runningPair === null)
    .map(({ node, place }) => `${node} has it mounted at ${place}, and not by the engine.`);
  const nodes = new Set(mounts.map(({ node }) => node));
  const twice =
    !isRemote(disk) && nodes.size > 1 ? ["Both nodes have it mounted at once: its data are in danger."] : [];
  return judged(it, [...twice, ...wrong], {
    fine: mounts.map(({ node, place }) => `${place} on ${node}`).join(", ") || "nowhere",
    cure: "Unmount it, and let only the engine mount it.",
  });
}
