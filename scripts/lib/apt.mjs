/**
 * System packages on Debian and Ubuntu. They are listed before they are installed, without recommended extras, and no
 * service is started or enabled by their installation: the lab runs its own copies inside its namespaces.
 */
import fs from "node:fs";
import readline from "node:readline/promises";
import { attempt, run } from "./run.mjs";
import { say, step } from "./steps.mjs";

const policyFile = "/usr/sbin/policy-rc.d";
/** Debian enables these at installation; on a machine that only runs the lab they would start at the next boot. */
const services = ["corosync", "pacemaker", "corosync-qdevice", "corosync-qnetd", "nginx", "postgresql"];

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
  if (!(await canInstall())) {
    say(
      `\n  Missing for ${purpose}: ${list}\n  Cure: sudo apt-get install --no-install-recommends ${list}\n`,
    );
    return false;
  }
  say(
    `\n  ${purpose} needs system packages that are not here; they come from the system's own repository:\n    ${list}\n`,
  );
  if (!(assumeYes || (await agree("  Install them now? [Y/n] ")))) return false;
  const wereThere = await presentUnits();
  const result = await step("Install system packages", () => aptInstall(packages)).catch((error) => error);
  await disableNewUnits(wereThere);
  if (!(result instanceof Error)) return true;
  say(`${result.message}\n  Without them: ${purpose} does not run.`);
  return false;
}

async function aptInstall(packages) {
  const removePolicy = forbidServiceStarts();
  const env = { DEBIAN_FRONTEND: "noninteractive", LC_ALL: "C" };
  try {
    await attempt("apt-get", ["update", "-qq"], { env });
    const options = [
      "-y",
      "-qq",
      "--no-install-recommends",
      "-o",
      "Dpkg::Options::=--force-confold",
      "-o",
      "DPkg::Lock::Timeout=120",
    ];
    await run("apt-get", ["install", ...options, ...packages], { env });
  } finally {
    removePolicy();
  }
}

/** policy-rc.d with exit code 101 is how Debian lets an administrator forbid starts during installations. */
function forbidServiceStarts() {
  if (fs.existsSync(policyFile)) return () => {};
  fs.writeFileSync(policyFile, "#!/bin/sh\nexit 101\n", { mode: 0o755 });
  return () => fs.rmSync(policyFile, { force: true });
}

async function presentUnits() {
  const known = new Set();
  for (const unit of services) {
    if (
      (await attempt("systemctl", ["list-unit-files", "--no-legend", `${unit}.service`])).stdout.trim() !== ""
    )
      known.add(unit);
  }
  return known;
}

async function disableNewUnits(wereThere) {
  const present = await presentUnits();
  const fresh = services.filter((unit) => present.has(unit) && !wereThere.has(unit));
  if (fresh.length > 0) await attempt("systemctl", ["disable", ...fresh]);
}

async function agree(question) {
  if (process.stdin.isTTY !== true) return true;
  const dialog = readline.createInterface({ input: process.stdin, output: process.stderr });
  const answer = await dialog.question(question);
  dialog.close();
  return !/^n/i.test(answer.trim());
}
