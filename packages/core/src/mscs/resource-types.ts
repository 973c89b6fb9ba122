/**
 * The resource types of an MSCS group (DOMAIN 2.4) as data: what each is called, needs and asks for. The fleet file, the
 * bundle's schema, the console's form and the docs all read it, so that a field is described once.
 */
import { dataTypes } from "./resource-types-data.ts";
import { networkTypes } from "./resource-types-network.ts";
import { serviceTypes } from "./resource-types-service.ts";
import { storageTypes } from "./resource-types-storage.ts";
import type { MscsResource, ResourceTypeName } from "./types.ts";

export type FieldKind =
  | "text"
  | "path"
  | "cidr"
  | "interface"
  | "hostName"
  | "port"
  | "number"
  | "flag"
  | "choice"
  /** The name of another resource of the group. */
  | "resource"
  /** Names and values, all texts. */
  | "parameters";

export interface ResourceField {
  /** As in the fleet file; `address` of ipAddress is address and prefix length in one. */
  name: string;
  title: string;
  /** One sentence under the field. */
  help: string;
  kind: FieldKind;
  /** Null with `isRequired` false: may be left out, and is null then (kind `parameters`: no parameters). */
  fallback: string | number | boolean | null;
  isRequired: boolean;
  /** Of kind `choice`. */
  choices?: readonly string[];
  /** Of kind `number`. */
  range?: readonly [number, number];
  /** What a text must look like, with the sentence that says so. */
  pattern?: { source: string; says: string };
}

/** A dependency that this type must have (DOMAIN 2.4, "Required dependencies"): one of these types, in the same group. */
export interface RequiredDependency {
  anyOf: readonly ResourceTypeName[];
  why: string;
}

export interface ResourceType {
  type: ResourceTypeName;
  /** The type's name in Cluster Administrator, or ours where it had none. */
  title: string;
  help: string;
  fields: readonly ResourceField[];
  requires: readonly RequiredDependency[];
  /** Two nodes that use it at once destroy data: needs fencing and a witness. */
  holdsSharedDisk: boolean;
  /** Seconds; MSCS's own defaults are PendingTimeout 180, LooksAlive 5, IsAlive 60. */
  defaults: { pendingTimeoutS: number; looksAliveS: number; isAliveS: number | null };
  /** OCF_CHECK_LEVEL of the thorough check (IsAlive); null = the cheap check is already thorough, or there is no other. */
  isAliveLevel: number | null;
  /** Debian packages of what runs it, besides resource-agents. */
  packages: readonly string[];
}

/** What each type is called. */
export const resourceTitles: Readonly<Record<ResourceTypeName, string>> = {
  ipAddress: "IP Address",
  networkName: "Network Name",
  filesystem: "Physical Disk",
  nfsShare: "File Share (NFS)",
  smbShare: "File Share (SMB)",
  genericService: "Generic Service",
  genericApplication: "Generic Application",
  genericScript: "Generic Script",
  printSpooler: "Print Spooler",
  timeService: "Time Service",
  postgresql: "PostgreSQL",
  messageQueue: "Message Queue",
  ocf: "Resource Agent",
};

/** In the order of the console's list. Filled by one file per family. */
export const resourceTypes: readonly ResourceType[] = [
  ...networkTypes,
  ...storageTypes,
  ...serviceTypes,
  ...dataTypes,
];

/** Throws on a name that is no type: the schemas let none through. */
export function resourceType(name: ResourceTypeName): ResourceType {
  const found = resourceTypes.find(({ type }) => type === name);
  if (found === undefined) throw new Error(`There is no resource type ${name}`);
  return found;
}

/** True if two nodes that run it at once destroy data: then the pair needs fencing and a witness. */
export function holdsSharedDisk(resource: MscsResource): boolean {
  return resource.type === "ocf" ? resource.holdsSharedDisk : resourceType(resource.type).holdsSharedDisk;
}

/** Types of DOMAIN 2.4 that have no place here, with the reason. */
export const typesWithoutPlace: readonly { title: string; why: string }[] = [
  {
    title: "DHCP",
    why: "Two Kea servers share leases among themselves (its high-availability hook), so a failover would only make it slower; as a single server use genericService or ocf:heartbeat:dhcpd.",
  },
  {
    title: "WINS",
    why: "NetBIOS names are gone; Network Name writes the name to DNS or to the hosts file.",
  },
  {
    title: "Distributed Transaction Coordinator",
    why: "It coordinates COM+ transactions, which Linux has not; PostgreSQL keeps prepared transactions in its own data directory, and they move with it.",
  },
  {
    title: "Message Queue (MSMQ)",
    why: "MSMQ runs on Windows only; the type messageQueue carries RabbitMQ or Mosquitto in its place.",
  },
  {
    title: "IIS Server Instance",
    why: "IIS runs on Windows only; web servers belong into the front tier (WLBS), or here as genericService or ocf:heartbeat:nginx.",
  },
  {
    title: "Volume Shadow Copy Service Task",
    why: "It schedules Windows shadow copies; use a systemd timer that runs a snapshot, as genericService.",
  },
  {
    title: "Local Quorum",
    why: "It forms a cluster of one node for trials; the lab takes that place.",
  },
  {
    title: "Majority Node Set",
    why: "Corosync counts votes itself, and the witness is a member of the pair's settings, not a resource.",
  },
  {
    title: "Disk, File Share and Cloud Witness",
    why: "The witness of a pair is a host with corosync-qnetd: it decides between the two nodes within seconds and needs no storage.",
  },
  {
    title: "File Server",
    why: "It is a group of Network Name, Physical Disk and shares; make that group with nfsShare and smbShare.",
  },
  {
    title: "IPv6 Address and IPv6 Tunnel Address",
    why: "ipAddress takes IPv6 addresses as well; tunnels that Windows made for ISATAP have no use.",
  },
  {
    title: "Virtual Machine",
    why: "Bulkhead does not manage hypervisors; ocf:heartbeat:VirtualDomain can be named as a resource of type ocf.",
  },
];
