/**
 * The resource types of an MSCS group (DOMAIN 2.4) as data: what each is called, needs and asks for. The fleet file, the
 * bundle's schema, the console's form and the docs all read it, so that a field is described once.
 */
import type { ResourceTypeName } from "./types.ts";

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
  /** Null with `isRequired` false: may be left out, and is null then. */
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
export const resourceTypes: readonly ResourceType[] = [];

/** Types of DOMAIN 2.4 that have no place here, with the reason. */
export const typesWithoutPlace: readonly { title: string; why: string }[] = [];
