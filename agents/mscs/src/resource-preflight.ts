/**
 * What the resources of a policy need on this node: programs, units of systemd, users, scripts. Found missing only when the
 * engine starts the resource, it would cost the whole group a failover or its service; so it is looked for first.
 */
import { access, constants } from "node:fs/promises";
import { type MscsGroup, type MscsPolicy, type MscsResource, withDependencies } from "@bulkhead/core/mscs";
import { execute, missingPrograms } from "@bulkhead/pacemaker";

/** What tests replace. */
export interface Machine {
  /** Those of the programs (names, or absolute paths) that are not installed. */
  missing(programs: readonly string[]): Promise<string[]>;
  hasFile(path: string, isExecutable: boolean): Promise<boolean>;
  hasUser(name: string): Promise<boolean>;
}

const thisMachine: Machine = {
  missing: missingPrograms,
  hasFile: (path, isExecutable) =>
    access(path, isExecutable ? constants.X_OK : constants.F_OK).then(
      () => true,
      () => false,
    ),
  hasUser: async (name) => (await execute("id", ["-u", name])).code === 0,
};

/** Pacemaker starts units over it. */
const busSocket = "/run/dbus/system_bus_socket";
const unitDirectories = [
  "/etc/systemd/system",
  "/run/systemd/system",
  "/usr/lib/systemd/system",
  "/lib/systemd/system",
];

/** Rejects with the first thing that is missing: which resource needs it, and what to do. */
export async function checkResources(policy: MscsPolicy, machine: Machine = thisMachine): Promise<void> {
  for (const group of policy.groups) {
    for (const resource of group.resources) {
      const place = `Resource ${resource.name} of group ${group.name}`;
      const lacking = await lackOf(resource, group, machine);
      if (lacking !== null) throw new Error(`${place} ${lacking}`);
    }
  }
}

/** The rest of a sentence that begins with the resource; null = all is there. */
async function lackOf(resource: MscsResource, group: MscsGroup, machine: Machine): Promise<string | null> {
  const needed = programOf(resource);
  if (needed !== null && (await machine.missing([needed.program])).length > 0)
    return `needs ${needed.program}, which is not on this node. Run: apt-get install --no-install-recommends ${needed.package}; then disable the service that came with it, and apply again`;
  if (resource.type === "genericService") return unitLack(resource.unit, machine);
  if (resource.type !== "genericApplication" && resource.type !== "genericScript") return null;
  if (!(await machine.hasUser(resource.user)))
    return `runs as ${resource.user}, and this node has no such user. Make that user on both nodes, or correct the fleet file`;
  if (resource.type === "genericApplication" || isOnDisk(resource, group)) return null;
  return (await machine.hasFile(resource.script, true))
    ? null
    : `runs ${resource.script}, which is no executable file on this node. Put it on both nodes, or let the resource depend on the disk that holds it`;
}

function programOf(resource: MscsResource): { program: string; package: string } | null {
  switch (resource.type) {
    case "timeService":
      return { program: "chronyd", package: "chrony" };
    case "printSpooler":
      return { program: "cupsd", package: "cups-daemon" };
    case "messageQueue":
      return resource.broker === "mosquitto"
        ? { program: "mosquitto", package: "mosquitto" }
        : { program: "rabbitmq-server", package: "rabbitmq-server" };
    case "nfsShare":
      return { program: "exportfs", package: "nfs-kernel-server" };
    case "smbShare":
      return { program: "smbd", package: "samba" };
    case "networkName":
      return resource.update === "dns" ? { program: "nsupdate", package: "bind9-dnsutils" } : null;
    default:
      return null;
  }
}

async function unitLack(unit: string, machine: Machine): Promise<string | null> {
  if (!(await machine.hasFile(busSocket, false)))
    return `is a unit of systemd, and systemd's D-Bus (${busSocket}) is not on this node. Make it a genericApplication or a genericScript, or run systemd here`;
  const file = unit.includes(".") ? unit : `${unit}.service`;
  // An instance has the file of its template.
  const names = [file, file.replace(/@[^.]+\./, "@.")];
  for (const directory of unitDirectories)
    for (const name of names) if (await machine.hasFile(`${directory}/${name}`, false)) return null;
  return `is the unit ${file}, which this node does not have. Install what brings it on both nodes, or correct the fleet file`;
}

/** The script may lie on a disk that is mounted only while the group is here. */
function isOnDisk(resource: MscsResource, group: MscsGroup): boolean {
  const below = withDependencies(group, resource.name);
  return group.resources.some(
    ({ name, type }) => below.includes(name) && (type === "filesystem" || type === "ocf"),
  );
}
