/** Types that hold or share files. */
import type { RequiredDependency, ResourceType } from "./resource-types.ts";

const needsDisk: RequiredDependency = {
  anyOf: ["filesystem", "ocf"],
  why: "What it serves must be on a disk that moves with the group.",
};
const needsAddress: RequiredDependency = {
  anyOf: ["ipAddress", "networkName"],
  why: "Its clients need an address that moves with the group.",
};

const filesystem: ResourceType = {
  type: "filesystem",
  title: "Physical Disk",
  help: "A file system on a disk that both nodes can reach and one at a time mounts.",
  fields: [
    {
      name: "device",
      title: "Device",
      help: "The block device, by a path that is the same on both nodes, for example under /dev/disk/by-id.",
      kind: "path",
      fallback: null,
      isRequired: true,
    },
    {
      name: "mount",
      title: "Mount point",
      help: "The directory on which it is mounted; it is made if it is missing.",
      kind: "path",
      fallback: null,
      isRequired: true,
    },
    {
      name: "fs",
      title: "File system",
      help: "Only file systems of one host: a cluster file system needs no failover.",
      kind: "choice",
      choices: ["ext4", "xfs", "btrfs", "ext3"],
      fallback: "ext4",
      isRequired: false,
    },
    {
      name: "options",
      title: "Mount options",
      help: "As after mount -o, for example noatime; empty for the defaults.",
      kind: "text",
      pattern: { source: "^[A-Za-z0-9_,=.:/-]{0,512}$", says: "write mount options separated by commas" },
      fallback: "",
      isRequired: false,
    },
  ],
  requires: [],
  holdsSharedDisk: true,
  defaults: { pendingTimeoutS: 60, looksAliveS: 10, isAliveS: 60 },
  isAliveLevel: 10,
  packages: ["e2fsprogs", "xfsprogs"],
};

const nfsShare: ResourceType = {
  type: "nfsShare",
  title: "File Share (NFS)",
  help: "A directory that is exported over NFS; the NFS server runs on both nodes all the time.",
  fields: [
    {
      name: "directory",
      title: "Directory",
      help: "What is exported, on a disk of the group.",
      kind: "path",
      fallback: null,
      isRequired: true,
    },
    {
      name: "clients",
      title: "Clients",
      help: "Who may mount it: a network such as 10.77.0.0/24, a name, or * for everybody.",
      kind: "text",
      pattern: {
        source: "^[A-Za-z0-9*?.:/_@-]{1,255}$",
        says: "write a network, a host name or *, without spaces",
      },
      fallback: null,
      isRequired: true,
    },
    {
      name: "options",
      title: "Export options",
      help: "As in /etc/exports, without fsid.",
      kind: "text",
      pattern: { source: "^[a-z0-9_,=]{1,255}$", says: "write export options separated by commas" },
      fallback: "rw,sync,no_subtree_check",
      isRequired: false,
    },
    {
      name: "fsid",
      title: "File system id",
      help: "The same on both nodes, so that clients keep their handles over a failover; 0 is the root of NFSv4.",
      kind: "number",
      range: [0, 65_535],
      fallback: null,
      isRequired: true,
    },
  ],
  requires: [needsDisk, needsAddress],
  holdsSharedDisk: false,
  defaults: { pendingTimeoutS: 120, looksAliveS: 10, isAliveS: null },
  isAliveLevel: null,
  packages: ["nfs-kernel-server"],
};

const smbShare: ResourceType = {
  type: "smbShare",
  title: "File Share (SMB)",
  help: "A directory that Samba shares; smbd runs on both nodes all the time, and smb.conf of both ends with: include = /run/bulkhead-samba/shares.conf.",
  fields: [
    {
      name: "share",
      title: "Share name",
      help: "What clients write after the server's name.",
      kind: "text",
      pattern: {
        source: "^[A-Za-z0-9][A-Za-z0-9_.-]{0,79}$",
        says: "a share name has 1-80 letters, digits, dots, dashes or underscores",
      },
      fallback: null,
      isRequired: true,
    },
    {
      name: "directory",
      title: "Directory",
      help: "What is shared, on a disk of the group.",
      kind: "path",
      fallback: null,
      isRequired: true,
    },
    {
      name: "readOnly",
      title: "Read only",
      help: "Clients may read and not write.",
      kind: "flag",
      fallback: false,
      isRequired: false,
    },
  ],
  requires: [needsDisk, needsAddress],
  holdsSharedDisk: false,
  defaults: { pendingTimeoutS: 20, looksAliveS: 10, isAliveS: null },
  isAliveLevel: null,
  packages: ["samba"],
};

const printSpooler: ResourceType = {
  type: "printSpooler",
  title: "Print Spooler",
  help: "CUPS with its spool on a disk of the group; the printers are those of /etc/cups on the owner.",
  fields: [
    {
      name: "spoolDirectory",
      title: "Spool directory",
      help: "Jobs are kept here and go on after a failover.",
      kind: "path",
      fallback: null,
      isRequired: true,
    },
  ],
  requires: [needsDisk, needsAddress],
  holdsSharedDisk: false,
  defaults: { pendingTimeoutS: 60, looksAliveS: 5, isAliveS: null },
  isAliveLevel: null,
  packages: ["cups-daemon"],
};

export const storageTypes: readonly ResourceType[] = [filesystem, nfsShare, smbShare, printSpooler];
