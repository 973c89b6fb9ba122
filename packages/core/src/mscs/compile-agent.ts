/**
 * Which agent runs a resource, and with which parameters. Where the stock agents of the `resource-agents` package are good
 * enough they are used: long in use, and known to operators. The others are ours (agents/mscs/ocf).
 */
import type { CibPrimitive } from "./cib-model.ts";
import type { MscsGroup, MscsPolicy, MscsResource, ResourceTypeName } from "./types.ts";

export type Agent = Pick<CibPrimitive, "agent" | "attributes">;
type Of<T extends ResourceTypeName> = Extract<MscsResource, { type: T }>;

/** Where the servers of Debian, Ubuntu and the PGDG packages put their socket. */
const postgresSocketDirectory = "/run/postgresql";

/** Seconds that one check may take; what the agents' metadata advises. */
const monitorTimeoutsS: Readonly<Record<ResourceTypeName, number>> = {
  ipAddress: 20,
  networkName: 20,
  filesystem: 40,
  nfsShare: 20,
  smbShare: 20,
  genericService: 60,
  genericApplication: 20,
  genericScript: 30,
  printSpooler: 20,
  timeService: 20,
  postgresql: 30,
  messageQueue: 30,
  ocf: 40,
};

export function monitorTimeoutS(type: ResourceTypeName): number {
  return monitorTimeoutsS[type];
}

/** The group of a resource, and who set the engine up: in an adopted pair the agents stay those that are found there. */
export interface AgentPlace {
  group: MscsGroup;
  engine: MscsPolicy["engine"];
}

export function agentOf(resource: MscsResource, { group, engine }: AgentPlace): Agent {
  const isStock = engine === "adopted";
  switch (resource.type) {
    case "ipAddress":
      return ipAddress(resource, isStock);
    case "networkName":
      return networkName(resource, group);
    case "filesystem":
      return filesystem(resource);
    case "nfsShare":
      return nfsShare(resource);
    case "smbShare":
      return isStock ? stockSmbShare(resource, group) : smbShare(resource);
    case "genericService":
      return {
        agent: { class: "systemd", provider: null, type: resource.unit.replace(/\.service$/, "") },
        attributes: {},
      };
    case "genericApplication":
      return genericApplication(resource);
    case "genericScript":
      return own("script", { script: resource.script, user: resource.user });
    case "printSpooler":
      return own("print-spooler", { spool_directory: resource.spoolDirectory });
    case "timeService":
      return own("time-service", given({ config: resource.config }));
    case "postgresql":
      return isStock ? stockPostgresql(resource) : postgresql(resource);
    case "messageQueue":
      return own("message-queue", {
        broker: resource.broker,
        data_directory: resource.dataDir,
        port: String(resource.port),
      });
    case "ocf":
      return anyAgent(resource);
  }
}

/** Ours is the stock one with a look at the cable: without a carrier the address fails. */
function ipAddress({ address, prefixLength, interface: nic }: Of<"ipAddress">, isStock: boolean): Agent {
  const parameters = { ip: address, cidr_netmask: String(prefixLength), nic };
  return isStock ? stock("IPaddr2", parameters) : own("ip-address", parameters);
}

/** Throws if the resource names no address of its group; R26 refuses that before. */
function networkName(resource: Of<"networkName">, group: MscsGroup): Agent {
  const ip = group.resources.find(({ name }) => name === resource.ip);
  if (ip?.type !== "ipAddress")
    throw new Error(
      `Network name ${resource.name} names ${resource.ip}, which is no address of ${group.name}`,
    );
  return own("network-name", {
    host_name: resource.hostName,
    ip: ip.address,
    update: resource.update,
    ttl: String(resource.ttlS),
    ...given({ server: resource.server, key_file: resource.keyFile }),
  });
}

function filesystem({ device, mount, fs, options }: Of<"filesystem">): Agent {
  const given = options === "" ? {} : { options };
  return stock("Filesystem", { device, directory: mount, fstype: fs, ...given });
}

function nfsShare({ directory, clients, options, fsid }: Of<"nfsShare">): Agent {
  return stock("exportfs", { directory, clientspec: clients, options, fsid: String(fsid) });
}

/**
 * Ours keeps the share in /run. The stock one keeps it in /etc, where a power loss leaves it: the node that comes back offers the
 * share beside the owner, which Pacemaker mends by a restart.
 */
function smbShare({ share, directory, readOnly }: Of<"smbShare">): Agent {
  return own("smb-share", { share, path: directory, read_only: readOnly ? "yes" : "no" });
}

/** It writes the share into a file of its own; smb.conf includes /etc/samba/conf.d/pacemaker-includes.conf. */
function stockSmbShare({ name, share, directory, readOnly }: Of<"smbShare">, group: MscsGroup): Agent {
  return stock("smb-share", {
    share,
    path: directory,
    read_only: readOnly ? "yes" : "no",
    outfile: `/etc/samba/conf.d/${group.name}.${name}.inc`,
  });
}

function genericApplication({ command, directory, user, stopSignal }: Of<"genericApplication">): Agent {
  return own("application", { command, directory, user, stop_signal: stopSignal });
}

/**
 * Ours looks each 50 ms where `ocf:heartbeat:pgsql` sleeps a second, which is most of a planned move. A `binDir` of null means
 * /usr/bin; the node's agent looks for the real place first.
 */
function postgresql({ binDir, dataDir, port }: Of<"postgresql">): Agent {
  return own("postgresql", {
    program_directory: binDir ?? "/usr/bin",
    data_directory: dataDir,
    port: String(port),
    socket_directory: postgresSocketDirectory,
  });
}

/**
 * The stock one: its probe without the mounted disk answers "not running", stop escalates from fast to immediate, and the
 * monitor runs a query as the postgres user over the socket.
 */
function stockPostgresql(resource: Of<"postgresql">): Agent {
  const binDir = resource.binDir ?? "/usr/bin";
  return stock("pgsql", {
    pgctl: `${binDir}/pg_ctl`,
    psql: `${binDir}/psql`,
    pgdata: resource.dataDir,
    pgport: String(resource.port),
    socketdir: postgresSocketDirectory,
    start_opt: `-p ${resource.port} -k ${postgresSocketDirectory}`,
  });
}

function anyAgent({ agent, parameters }: Of<"ocf">): Agent {
  const [, provider = "", type = ""] = agent.split(":");
  return { agent: { class: "ocf", provider, type }, attributes: { ...parameters } };
}

function stock(type: string, attributes: Record<string, string>): Agent {
  return { agent: { class: "ocf", provider: "heartbeat", type }, attributes };
}

function own(type: string, attributes: Record<string, string>): Agent {
  return { agent: { class: "ocf", provider: "bulkhead", type }, attributes };
}

/** Without what is null: the agent's own default holds. */
function given(values: Record<string, string | null>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) => (value === null ? [] : [[name, value]])),
  );
}
