/**
 * What must be on the machine before a daemon is touched: programs, agents and the PostgreSQL server. Every
 * refusal names what to install or to write.
 */
import { readdir } from "node:fs/promises";
import { compileCib, type MscsPolicy, type MscsResource } from "@bulkhead/core/mscs";
import { execute, MissingToolError, missingPrograms, pairPackages } from "@bulkhead/pacemaker";
import { installPackages } from "./packages.ts";
import { checkResources } from "./resource-preflight.ts";

const pairPrograms = ["corosync", "corosync-qdevice", "pacemakerd", "crm_mon", "cibadmin", "crm_resource"];
const ocfDirectory = "/usr/lib/ocf/resource.d";
const debianServers = "/usr/lib/postgresql";

/** Installs the engine if it is not there and the admin has allowed it; else `checkPairNode` says what to run. */
export async function provideEngine(mayInstall: boolean): Promise<void> {
  if (!mayInstall || (await missingPrograms(pairPrograms)).length === 0) return;
  await installPackages(execute, pairPackages);
}

/** Rejects with the first thing that is missing, and its cure. `missing`: tests replace it. */
export async function checkPairNode(policy: MscsPolicy, missing = missingPrograms): Promise<void> {
  const [program] = await missing(pairPrograms);
  if (program !== undefined) throw new MissingToolError(program);
  const types = new Set(policy.groups.flatMap((group) => group.resources.map((resource) => resource.type)));
  const [agent] = await missing(packagedAgents(policy));
  if (agent !== undefined) {
    throw new Error(
      `${agent} is not there. Run: apt-get install --no-install-recommends resource-agents; or correct the resource's type in the fleet file`,
    );
  }
  // The agent calls modprobe even for a file system that the kernel has built in, and resource-agents does not ask for it.
  if (types.has("filesystem") && (await missing(["modprobe"])).length > 0) {
    throw new Error(
      "modprobe is not there, and the resource agent Filesystem does not run without it. Run: apt-get install --no-install-recommends kmod",
    );
  }
  await checkResources(policy);
  if (policy.fencing === null) return;
  const fence = policy.fencing.agent;
  if ((await missing([`/usr/sbin/${fence}`])).length > 0) {
    throw new Error(
      `The fence agent /usr/sbin/${fence} is not on this node. Run: apt-get install fence-agents; or correct fencing.agent in the fleet file`,
    );
  }
}

/** Paths of the resource agents that the policy uses; those of our own come with us. */
function packagedAgents(policy: MscsPolicy): string[] {
  const agents = compileCib(policy).groups.flatMap((group) => group.members.map((member) => member.agent));
  const foreign = agents.filter((agent) => agent.class === "ocf" && agent.provider !== "bulkhead");
  return [...new Set(foreign.map(({ provider, type }) => `${ocfDirectory}/${provider}/${type}`))];
}

/**
 * The policy with every `binDir` filled in. Debian and Ubuntu keep servers under a version number and have no
 * /usr/bin/pg_ctl; elsewhere it is there. Both nodes must come to the same answer, since they share one CIB.
 */
export async function withPostgresPrograms(policy: MscsPolicy): Promise<MscsPolicy> {
  const needed = policy.groups.some((group) => group.resources.some(lacksBinDir));
  if (!needed) return policy;
  const binDir = await findPostgres();
  const groups = policy.groups.map((group) => ({
    ...group,
    resources: group.resources.map((resource) =>
      lacksBinDir(resource) ? { ...resource, binDir } : resource,
    ),
  }));
  return { ...policy, groups };
}

function lacksBinDir(resource: MscsResource): resource is Extract<MscsResource, { type: "postgresql" }> {
  return resource.type === "postgresql" && resource.binDir === null;
}

async function findPostgres(): Promise<string> {
  if ((await missingPrograms(["/usr/bin/pg_ctl"])).length === 0) return "/usr/bin";
  const versions = await readdir(debianServers).catch(() => []);
  const places = versions.map((version) => `${debianServers}/${version}/bin`);
  const missing = await missingPrograms(places.map((place) => `${place}/pg_ctl`));
  const found = places.filter((place) => !missing.includes(`${place}/pg_ctl`));
  const [only, ...others] = found;
  if (only === undefined)
    throw new Error("There is no PostgreSQL server on this node. Run: apt-get install postgresql");
  if (others.length > 0) {
    throw new Error(
      `More than one PostgreSQL server is installed (${found.join(", ")}); write binDir in the fleet file`,
    );
  }
  return only;
}
