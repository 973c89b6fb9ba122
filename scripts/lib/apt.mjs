/**
 * System packages on Debian and Ubuntu. They are listed before they are installed, without recommended extras, and no
 * service is started or enabled by their installation: the lab runs its own copies inside its namespaces.
 */
import fs from "node:fs";
import { ask, canAsk } from "./ask.mjs";
import { indivisibly } from "./interrupt.mjs";
import { attempt, run } from "./run.mjs";
import { say, step } from "./steps.mjs";

const policyFile = "/usr/sbin/policy-rc.d";
const policyMark = "# Bulkhead's set-up: no service starts while it installs packages.";
/** Debian enables these at installation; on a machine that only runs the lab they would start at the next boot. */
const services = [
  "corosync",
  "pacemaker",
  "corosync-qdevice",
  "corosync-qnetd",
  "nginx",
  "postgresql",
  "keepalived",
  "haproxy",
  "mosquitto",
];

export async function canInstall() {
  return (
    process.platform === "linux" &&
    process.getuid?.() === 0 &&
    (await attempt("apt-get", ["--version"])).code === 0
  );
}

/**
 * Installs what is missing. Returns true if it is there afterwards; false if it may not or cannot be installed, after
 * saying so. `candidates`: alternatives, the first that installs is enough.
 * @param {{ packages: string[], purpose: string, assumeYes: boolean }} wish
 */
export async function installSystemPackages({ packages, purpose, assumeYes }) {
  if (packages.length === 0) return true;
  const list = packages.join(" ");
  const command = `apt-get install --no-install-recommends ${list}`;
  if (!(await canInstall())) {
    say(
      `\n  Missing for ${purpose}: ${list}\n  Cure: sudo ${command}   (Debian, Ubuntu; elsewhere the same programs)\n`,
    );
    return false;
  }
  say(
    `\n  For ${purpose} these system packages are missing; they come from the system's own repository, and none of their` +
      ` services is started or enabled:\n    ${list}\n`,
  );
  if (!(assumeYes || (await agree("  Install them now? [Y/n] ")))) return false;
  const install = () => step("Install system packages", () => installQuietly(packages));
  const problem = await indivisibly("apt-get to end", install).then(
    () => null,
    (error) => error,
  );
  if (problem === null) return true;
  say(
    `${problem.message}\n  Cure: see what ${command} says, then start again. Without them ${purpose} does not run.\n`,
  );
  return false;
}

async function installQuietly(packages) {
  const wereThere = await presentUnits();
  try {
    await aptInstall(packages);
  } finally {
    await disableNewUnits(wereThere);
  }
}

async function aptInstall(packages) {
  const removePolicy = forbidServiceStarts();
  const env = { DEBIAN_FRONTEND: "noninteractive", LC_ALL: "C" };
  try {
    await attempt("apt-get", ["update", "-qq"], { env, toTheEnd: true });
    const options = [
      "-y",
      "-qq",
      "--no-install-recommends",
      "-o",
      "Dpkg::Options::=--force-confold",
      "-o",
      "DPkg::Lock::Timeout=120",
    ];
    await run("apt-get", ["install", ...options, ...packages], { env, toTheEnd: true });
  } finally {
    removePolicy();
  }
}

/**
 * policy-rc.d with exit code 101 is how Debian lets an administrator forbid starts during installations. Ours forbids only
 * while this process lives: should it be killed, what stays behind does no harm.
 */
function forbidServiceStarts() {
  if (fs.existsSync(policyFile) && !fs.readFileSync(policyFile, "utf8").includes(policyMark)) return () => {};
  fs.writeFileSync(
    policyFile,
    `#!/bin/sh\n${policyMark}\n[ -d /proc/${process.pid} ] && exit 101\nexit 0\n`,
    { mode: 0o755 },
  );
  return () => fs.rmSync(policyFile, { force: true });
}

async function presentUnits() {
  const known = new Set();
  for (const unit of services) {
    if ((await systemctl("list-unit-files", "--no-legend", `${unit}.service`)).stdout.trim() !== "")
      known.add(unit);
  }
  return known;
}

async function disableNewUnits(wereThere) {
  const present = await presentUnits();
  const fresh = services.filter((unit) => present.has(unit) && !wereThere.has(unit));
  if (fresh.length > 0) await systemctl("disable", ...fresh);
}

const systemctl = (...args) => attempt("systemctl", args, { toTheEnd: true });

async function agree(question) {
  return !canAsk() || !/^n/i.test(await ask(question));
}
