/**
 * One MSCS resource -> one OCF primitive. The agents are the stock ones of the `resource-agents` package:
 * long in use, and known to operators. Timeouts are upper bounds (MSCS "pending timeout"), not waits.
 */
import type { CibOperation, CibPrimitive } from "./cib-model.ts";
import type { MscsResource, Restart } from "./types.ts";

/** Where the servers of Debian, Ubuntu and the PGDG packages put their socket. */
const postgresSocketDirectory = "/run/postgresql";

/** `id` is the CIB id. A `binDir` of null means /usr/bin; the node's agent looks for the real place first. */
export function compileResource(id: string, resource: MscsResource): CibPrimitive {
  return { id, meta: restartMeta(resource.restart), ...agentOf(resource) };
}

/**
 * The threshold-th failure within the period sends the group to the other node (FAILOVER: N-1 restarts). The
 * period counts from the last failure: Pacemaker has no sliding window.
 */
function restartMeta(restart: Restart): Record<string, string> {
  return {
    "migration-threshold": String(restart.threshold),
    "failure-timeout": `${restart.periodS}s`,
  };
}

function agentOf(resource: MscsResource): Omit<CibPrimitive, "id" | "meta"> {
  switch (resource.type) {
    case "ipAddress":
      return {
        agent: heartbeatAgent("IPaddr2"),
        attributes: {
          ip: resource.address,
          cidr_netmask: String(resource.prefixLength),
          nic: resource.interface,
        },
        operations: operations({ startS: 20, stopS: 20, monitorS: 20, everyS: 5 }),
      };
    case "filesystem":
      return {
        agent: heartbeatAgent("Filesystem"),
        attributes: { device: resource.device, directory: resource.mount, fstype: resource.fs },
        operations: operations({ startS: 60, stopS: 60, monitorS: 40, everyS: 10 }),
      };
    case "postgresql":
      return postgresql(resource);
    default:
      throw new Error(`resources of type ${resource.type} cannot be carried out yet`);
  }
}

/**
 * `ocf:heartbeat:pgsql` fits as it is: probe without the mounted disk answers "not running", stop escalates
 * from fast to immediate, and the monitor runs a query as the postgres user over the socket (peer
 * authentication), so that "alive" means "answers SQL". Listening addresses stay with postgresql.conf on the
 * shared disk. Its one price: start and stop each take about a second of polling.
 */
function postgresql(
  resource: Extract<MscsResource, { type: "postgresql" }>,
): Omit<CibPrimitive, "id" | "meta"> {
  const binDir = resource.binDir ?? "/usr/bin";
  return {
    agent: heartbeatAgent("pgsql"),
    attributes: {
      pgctl: `${binDir}/pg_ctl`,
      psql: `${binDir}/psql`,
      pgdata: resource.dataDir,
      pgport: String(resource.port),
      socketdir: postgresSocketDirectory,
      start_opt: `-p ${resource.port} -k ${postgresSocketDirectory}`,
    },
    operations: operations({ startS: 120, stopS: 120, monitorS: 30, everyS: 2 }),
  };
}

function heartbeatAgent(type: string): CibPrimitive["agent"] {
  return { class: "ocf", provider: "heartbeat", type };
}

function operations(times: {
  startS: number;
  stopS: number;
  monitorS: number;
  everyS: number;
}): CibOperation[] {
  return [
    { name: "start", intervalS: 0, timeoutS: times.startS },
    { name: "stop", intervalS: 0, timeoutS: times.stopS },
    { name: "monitor", intervalS: times.everyS, timeoutS: times.monitorS },
  ];
}
