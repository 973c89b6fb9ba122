/**
 * What the resources of a policy need on this node: programs, units of systemd, users, scripts. Found missing only when the
 * engine starts the resource, it would cost the whole group a failover or its service; so it is looked for first.
 */
import { access, constants, readFile } from "node:fs/promises";
import { type MscsGroup, type MscsPolicy, type MscsResource, withDependencies } from "@bulkhead/core/mscs";
import { execute, missingPrograms } from "@bulkhead/pacemaker";

/** What tests replace. */
export interface Machine {
  /** Those of the programs (names, or absolute paths) that are not installed. */
  missing(programs: readonly string[]): Promise<string[]>;
  hasFile(path: string, isExecutable: boolean): Promise<boolean>;
  hasUser(name: string): Promise<boolean>;
  /** Empty if there is no such file. */
  text(path: string): Promise<string>;
}

const thisMachine: Machine = {
  missing: missingPrograms,
  hasFile: (path, isExecutable) =>
    access(path, isExecutable ? constants.X_OK : constants.F_OK).then(
      () => true,
      () => false,
    ),
  hasUser: async (name) => (await execute("id", ["-u", name])).code === 0,
  text: (path) => readFile(path, "utf8").catch(() => ""),
};

/** Pacemaker starts units over it. */
const busSocket = "/run/dbus/system_bus_socket";
const unitDirectories = [
  "/etc/systemd/system",
  "/run/systemd/system",
  "/usr/lib/systemd/system",
  "/lib/systemd/system",
];
const sambaConfiguration = "/etc/samba/smb.conf";
/** Where `ocf:bulkhead:smb-share` puts the shares, and where the stock agent of adopted pairs does. */
const sambaIncludes = {
  made: "/run/bulkhead-samba/shares.conf",
  adopted: "/etc/samba/conf.d/pacemaker-includes.conf",
};

/** A program that a resource needs. `unit`: its own service, which must not run beside the resource; null = it must, or there is none. */
interface Program {
  program: string;
  package: string;
  unit: string | null;
}

/** What a resource lacks, as the rest of a sentence that begins with the resource. */
interface Lack {
  text: string;
  program: Program | null;
}

/** Rejects with all that is missing: which resource needs it, and what to do. */
export async function checkResources(policy: MscsPolicy, machine: Machine = thisMachine): Promise<void> {
  const sentences: string[] = [];
  const programs: Program[] = [];
  for (const group of policy.groups) {
    for (const resource of group.resources) {
      const lack = await lackOf(resource, { group, engine: policy.engine, machine });
      if (lack === null) continue;
      sentences.push(`Resource ${resource.name} of group ${group.name} ${lack.text}.`);
      if (lack.program !== null) programs.push(lack.program);
    }
  }
  if (programs.length > 0) sentences.push(installing(programs));
  if (sentences.length > 0) throw new Error(sentences.join(" "));
}

/** The commands for all that is missing, in one line. */
function installing(programs: readonly Program[]): string {
  const packages = [...new Set(programs.map((item) => item.package))].join(" ");
  const units = [...new Set(programs.flatMap(({ unit }) => (unit === null ? [] : [unit])))].join(" ");
  const disabling = units === "" ? "" : ` && systemctl disable --now ${units}`;
  return `Run "apt-get install --no-install-recommends ${packages}${disabling}".`;
}

interface Place {
  group: MscsGroup;
  engine: MscsPolicy["engine"];
  machine: Machine;
}

/** Null = all is there. */
async function lackOf(resource: MscsResource, place: Place): Promise<Lack | null> {
  const { machine } = place;
  const program = programOf(resource);
  if (program !== null && (await machine.missing([program.program])).length > 0)
    return { text: `needs ${program.program}, which is not on this node`, program };
  const text = await otherLack(resource, place);
  return text === null ? null : { text, program: null };
}

async function otherLack(resource: MscsResource, { group, engine, machine }: Place): Promise<string | null> {
  if (resource.type === "genericService") return unitLack(resource.unit, machine);
  if (resource.type === "smbShare") return sambaLack(sambaIncludes[engine], machine);
  if (resource.type !== "genericApplication" && resource.type !== "genericScript") return null;
  if (!(await machine.hasUser(resource.user)))
    return `runs as ${resource.user}, and this node has no such user. Make that user on both nodes, or correct the fleet file`;
  if (resource.type === "genericApplication" || isOnDisk(resource, group)) return null;
  return (await machine.hasFile(resource.script, true))
    ? null
    : `runs ${resource.script}, which is no executable file on this node. Put it on both nodes, or let the resource depend on the disk that holds it`;
}

async function sambaLack(include: string, machine: Machine): Promise<string | null> {
  return (await machine.text(sambaConfiguration)).includes(include)
    ? null
    : `is not seen by the Samba server of this node. Run "echo include = ${include} >> ${sambaConfiguration} && systemctl enable --now smbd"; smbd runs on both nodes all the time`;
}

function programOf(resource: MscsResource): Program | null {
  switch (resource.type) {
    case "timeService":
      return { program: "chronyd", package: "chrony", unit: "chrony" };
    case "printSpooler":
      return { program: "cupsd", package: "cups-daemon", unit: "cups.service cups.socket cups.path" };
    case "messageQueue":
      return resource.broker === "mosquitto"
        ? { program: "mosquitto", package: "mosquitto", unit: "mosquitto" }
        : { program: "rabbitmq-server", package: "rabbitmq-server", unit: "rabbitmq-server" };
    case "nfsShare":
      return { program: "exportfs", package: "nfs-kernel-server", unit: null };
    case "smbShare":
      return { program: "smbd", package: "samba", unit: null };
    case "networkName":
      return resource.update === "dns"
        ? { program: "nsupdate", package: "bind9-dnsutils", unit: null }
        : null;
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
