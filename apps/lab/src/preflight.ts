/** Finds out what this machine allows the lab to do, by trying, and what is missing, by name. */
import { accessSync, constants } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { brokerProgram } from "./broker-program.ts";
import { postgresPrograms } from "./postgres-programs.ts";
import { run } from "./run.ts";
import type { Tier } from "./topology.ts";

export interface Preflight {
  /** Whether at least the front tier can run. */
  possible: boolean;
  /** Why not, in one sentence with the way out; null when it can. */
  why: string | null;
  /** Debian packages that would help. */
  missingPackages: string[];
  /** What will be left out although the lab runs, and why. */
  limits: string[];
  /** Tiers that can run here. */
  tiers: Tier[];
  root: boolean;
  /** Null when namespaces work; else one sentence with the cause and the way out. */
  namespacesRefused: string | null;
  /** Why the back tier cannot run; null when it can. */
  backTierRefused: string | null;
  missing: { program: string; package: string; tier: Tier }[];
  /** Flags for `unshare` that work here. */
  unshareFlags: string[];
}

const programs: { program: string; package: string; tier: Tier }[] = [
  { program: "nft", package: "nftables", tier: "front" },
  { program: "ip", package: "iproute2", tier: "front" },
  { program: "nsenter", package: "util-linux", tier: "front" },
  { program: "unshare", package: "util-linux", tier: "front" },
  { program: "setpriv", package: "util-linux", tier: "front" },
  { program: "ps", package: "procps", tier: "front" },
  { program: "nginx", package: "nginx-light", tier: "front" },
  { program: "curl", package: "curl", tier: "front" },
  { program: "corosync", package: "corosync", tier: "back" },
  { program: "corosync-qdevice", package: "corosync-qdevice", tier: "back" },
  { program: "corosync-qnetd", package: "corosync-qnetd", tier: "back" },
  { program: "pacemakerd", package: "pacemaker", tier: "back" },
  { program: "crm_mon", package: "pacemaker-cli-utils", tier: "back" },
  { program: "/usr/lib/ocf/resource.d/heartbeat/pgsql", package: "resource-agents", tier: "back" },
  { program: `${postgresPrograms() ?? ""}/initdb`, package: "postgresql", tier: "back" },
  { program: "mkfs.ext4", package: "e2fsprogs", tier: "back" },
  { program: "losetup", package: "mount", tier: "back" },
];

/** Without these the lab leaves something out, but runs. */
const extras: { program: string; package: string; tier: Tier }[] = [
  { program: brokerProgram, package: "mosquitto", tier: "back" },
];

const namespaces =
  "--mount --net --pid --ipc --uts --fork --kill-child --mount-proc --propagation private".split(" ");
const searched = [...(process.env["PATH"] ?? "").split(":"), "/usr/sbin", "/sbin", "/usr/bin", "/bin"];

/** Tries what the lab needs. Leaves nothing on the machine. */
export async function preflight(): Promise<Preflight> {
  const root = process.getuid?.() === 0;
  const unshareFlags = root ? namespaces : ["--user", "--map-root-user", ...namespaces];
  const namespacesRefused = await tryNamespaces(unshareFlags, root);
  const missing = programs.filter(({ program }) => !installed(program));
  const backTierRefused = await whyNoBackTier(root, missing);
  const frontWorks = namespacesRefused === null && !missing.some(({ tier }) => tier === "front");
  const lacking = extras.filter(({ program }) => root && !installed(program));
  const tiers: Tier[] = [];
  if (frontWorks) tiers.push("front");
  if (frontWorks && backTierRefused === null) tiers.push("back");
  return {
    possible: tiers.length > 0,
    why: tiers.length > 0 ? null : (namespacesRefused ?? whyNoFrontTier(missing)),
    // Without root the back tier would not run with its packages either.
    missingPackages: packagesOf([...missing.filter(({ tier }) => root || tier === "front"), ...lacking]),
    limits: frontWorks ? limitsOf(backTierRefused, lacking) : [],
    tiers,
    root,
    namespacesRefused,
    backTierRefused,
    missing,
    unshareFlags,
  };
}

function limitsOf(backTierRefused: string | null, lacking: Preflight["missing"]): string[] {
  if (backTierRefused !== null) return [backTierRefused];
  if (lacking.length === 0) return [];
  return [`The message queue is left out. Install as root what it needs: ${install(lacking)}`];
}

function packagesOf(missing: Preflight["missing"]): string[] {
  return [...new Set(missing.map((entry) => entry.package))];
}

function install(missing: Preflight["missing"]): string {
  return `apt-get install --no-install-recommends ${packagesOf(missing).join(" ")}`;
}

function whyNoFrontTier(missing: Preflight["missing"]): string {
  const lacking = missing.filter(({ tier }) => tier === "front");
  const names = lacking.map(({ program }) => program).join(", ");
  return `The front tier needs ${names}. Install as root: ${install(lacking)}`;
}

async function tryNamespaces(flags: string[], root: boolean): Promise<string | null> {
  const trial = "ip link add br-trial type bridge && ip link add trial-1 type veth peer name trial-2";
  const result = await run(["unshare", ...flags, "--", "sh", "-c", trial]).catch((error: unknown) => ({
    code: -1,
    stderr: error instanceof Error ? error.message : String(error),
  }));
  if (result.code === 0) return null;
  const cure = root
    ? "Run it on a machine or a container that may create network and mount namespaces."
    : "Run it as root, or allow user namespaces (sysctl kernel.unprivileged_userns_clone=1, user.max_user_namespaces).";
  return `This machine does not let the lab create namespaces (${result.stderr.trim().split("\n")[0]}). ${cure}`;
}

async function whyNoBackTier(root: boolean, missing: Preflight["missing"]): Promise<string | null> {
  if (!root || !(await ownsTheMachine())) {
    return "Without root of the machine itself no block device can be mounted and Pacemaker has only one user id: the back tier is left out.";
  }
  const lacking = missing.filter(({ tier }) => tier === "back");
  if (lacking.length > 0)
    return `The back tier is left out. Install as root what it needs: ${install(lacking)}`;
  return tryLoopDevice();
}

/** False inside a user namespace, whose root is not the machine's. */
async function ownsTheMachine(): Promise<boolean> {
  const map = await readFile("/proc/self/uid_map", "utf8").catch(() => "");
  return /^\s*0\s+0\s+4294967295\s*$/.test(map);
}

/** Attaches a small file and lets go of it again: device rules of a container show only then. */
async function tryLoopDevice(): Promise<string | null> {
  const directory = await mkdtemp(join(tmpdir(), "bulkhead-loop-"));
  const image = join(directory, "trial.img");
  try {
    await writeFile(image, Buffer.alloc(1024 * 1024));
    const attached = await run(["losetup", "--find", "--show", image]);
    if (attached.code === 0) {
      await run(["losetup", "--detach", attached.stdout.trim()]);
      return null;
    }
    const said = attached.stderr.trim().split("\n")[0];
    return `No loop device can be had here (${said}), and the pair's shared disk needs two: the back tier is left out.`;
  } finally {
    await rm(directory, { recursive: true });
  }
}

function installed(program: string): boolean {
  const candidates = program.startsWith("/")
    ? [program]
    : searched.map((directory) => join(directory, program));
  return candidates.some((path) => {
    try {
      accessSync(path, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
