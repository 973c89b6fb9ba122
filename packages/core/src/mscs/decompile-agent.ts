/**
 * Primitive -> what resource it is: the way back of `compile-agent.ts`. Only a reading that compiles to exactly the same agent
 * and parameters counts; anything else is still a resource of type `ocf`, so that nothing is lost.
 */
import type { CibPrimitive } from "./cib-model.ts";
import { type AgentPlace, agentOf } from "./compile-agent.ts";
import type { MscsGroup, MscsResource, ResourceCommon, ResourceSettings } from "./types.ts";

type Attributes = Record<string, string>;

/** What compiles to this primitive, or null: Bulkhead has no such class of agents. `group` holds the resources before it. */
export function settingsOf(
  primitive: CibPrimitive,
  name: string,
  place: AgentPlace,
): ResourceSettings | null {
  const guess = guessOf(primitive, place.group);
  if (guess !== null && isSame(primitive, { ...bare, name, ...guess }, place)) return guess;
  if (primitive.agent.class !== "ocf" || primitive.agent.provider === null) return null;
  return {
    type: "ocf",
    agent: agentName(primitive),
    parameters: { ...primitive.attributes },
    holdsSharedDisk: sharedDiskAgents.has(primitive.agent.type),
  };
}

/** Agent and parameters ask for none of it but the name. */
const bare: Omit<ResourceCommon, "name"> = {
  dependsOn: [],
  possibleOwners: [],
  restart: { action: "failover", threshold: 3, periodS: 900, delayMs: 500 },
  pendingTimeoutS: null,
  looksAliveS: null,
  isAliveS: null,
  retryAfterS: null,
};

/** For example `ocf:heartbeat:IPaddr2`, `systemd:nginx`. */
export function agentName({ agent }: CibPrimitive): string {
  return [agent.class, ...(agent.provider === null ? [] : [agent.provider]), agent.type].join(":");
}

/** Agents of resource-agents whose resource must never run on two nodes. */
const sharedDiskAgents: ReadonlySet<string> = new Set(["Filesystem", "LVM-activate", "LVM", "Raid1", "ZFS"]);

function isSame(primitive: CibPrimitive, resource: MscsResource, { group, engine }: AgentPlace): boolean {
  const whole = { ...group, resources: [...group.resources, resource] };
  const { agent, attributes } = agentOf(resource, { group: whole, engine });
  const sorted = (record: object) =>
    JSON.stringify(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
  return sorted(agent) === sorted(primitive.agent) && sorted(attributes) === sorted(primitive.attributes);
}

function guessOf({ agent, attributes }: CibPrimitive, group: MscsGroup): ResourceSettings | null {
  if (agent.class === "systemd") return { type: "genericService", unit: agent.type };
  const reader = readers[`${agent.provider}:${agent.type}`];
  return reader === undefined ? null : reader(attributes, group);
}

function text(attributes: Attributes, name: string): string {
  return attributes[name] ?? "";
}

/** One reader for each agent that `compile-agent.ts` writes. Whether it fits is asked afterwards. */
const readers: Readonly<
  Record<string, (attributes: Attributes, group: MscsGroup) => ResourceSettings | null>
> = {
  "heartbeat:IPaddr2": ipAddress,
  "bulkhead:ip-address": ipAddress,
  "heartbeat:Filesystem": (given) => ({
    type: "filesystem",
    device: text(given, "device"),
    mount: text(given, "directory"),
    fs: text(given, "fstype"),
    options: text(given, "options"),
  }),
  "heartbeat:exportfs": (given) => ({
    type: "nfsShare",
    directory: text(given, "directory"),
    clients: text(given, "clientspec"),
    options: text(given, "options"),
    fsid: Number(given["fsid"] ?? Number.NaN),
  }),
  "heartbeat:smb-share": smbShare,
  "bulkhead:smb-share": smbShare,
  "heartbeat:pgsql": (given) => ({
    type: "postgresql",
    dataDir: text(given, "pgdata"),
    binDir: binDirOf(text(given, "pgctl").replace(/\/pg_ctl$/, "")),
    port: Number(given["pgport"] ?? Number.NaN),
  }),
  "bulkhead:postgresql": (given) => ({
    type: "postgresql",
    dataDir: text(given, "data_directory"),
    binDir: binDirOf(text(given, "program_directory")),
    port: Number(given["port"] ?? Number.NaN),
  }),
  "bulkhead:network-name": networkName,
  "bulkhead:application": (given) => ({
    type: "genericApplication",
    command: text(given, "command"),
    directory: text(given, "directory"),
    user: text(given, "user"),
    stopSignal: text(given, "stop_signal"),
  }),
  "bulkhead:script": (given) => ({
    type: "genericScript",
    script: text(given, "script"),
    user: text(given, "user"),
  }),
  "bulkhead:print-spooler": (given) => ({
    type: "printSpooler",
    spoolDirectory: text(given, "spool_directory"),
  }),
  "bulkhead:time-service": (given) => ({ type: "timeService", config: given["config"] ?? null }),
  "bulkhead:message-queue": (given) => ({
    type: "messageQueue",
    broker: given["broker"] === "mosquitto" ? "mosquitto" : "rabbitmq",
    dataDir: text(given, "data_directory"),
    port: Number(given["port"] ?? Number.NaN),
  }),
};

function ipAddress(given: Attributes): ResourceSettings {
  return {
    type: "ipAddress",
    address: text(given, "ip"),
    prefixLength: Number(given["cidr_netmask"] ?? Number.NaN),
    interface: text(given, "nic"),
  };
}

function smbShare(given: Attributes): ResourceSettings {
  const readOnly = given["read_only"] === "yes";
  return { type: "smbShare", share: text(given, "share"), directory: text(given, "path"), readOnly };
}

/** /usr/bin stands for "where it is found". */
function binDirOf(directory: string): string | null {
  return directory === "/usr/bin" ? null : directory;
}

/** The CIB has the address; the policy names the resource that has it. */
function networkName(given: Attributes, group: MscsGroup): ResourceSettings | null {
  const ip = group.resources.find((item) => item.type === "ipAddress" && item.address === given["ip"]);
  if (ip === undefined) return null;
  return {
    type: "networkName",
    hostName: text(given, "host_name"),
    ip: ip.name,
    update: given["update"] === "dns" ? "dns" : "hosts",
    server: given["server"] ?? null,
    keyFile: given["key_file"] ?? null,
    ttlS: Number(given["ttl"] ?? Number.NaN),
  };
}
