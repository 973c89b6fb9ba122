/** Facts of the machine itself: system, programs, agents, units. Looks only; nothing is changed. */
import { access, constants, readFile } from "node:fs/promises";
import { machine, release } from "node:os";
import type { CibModel, NodeFacts, ProgramFact, SystemFacts } from "@bulkhead/core/mscs";
import { type Execute, missingPrograms } from "@bulkhead/pacemaker";

export interface Look {
  run: Execute;
  nowMs(): number;
}

export const pairPrograms = [
  "corosync",
  "corosync-qdevice",
  "pacemakerd",
  "crm_mon",
  "cibadmin",
  "crm_resource",
] as const;

export async function systemFacts({ run, nowMs }: Look): Promise<SystemFacts> {
  const [release_, machineId, kept] = await Promise.all([
    textOf("/etc/os-release"),
    textOf("/etc/machine-id"),
    said(run, "timedatectl", ["show", "-p", "NTPSynchronized", "--value"]),
  ]);
  const value = (name: string) => new RegExp(`^${name}="?([^"\\n]*)"?$`, "m").exec(release_)?.[1] ?? "";
  return {
    os: `${value("ID")} ${value("VERSION_ID")}`.trim(),
    kernel: release(),
    architecture: machine(),
    machineId: machineId.trim(),
    isClockKept: kept === "yes" ? true : kept === "no" ? false : null,
    // Last, so that it is the time of the answer.
    clockMs: nowMs(),
  };
}

export async function programFacts(run: Execute, names: readonly string[]): Promise<ProgramFact[]> {
  const missing = new Set(await missingPrograms([...names]));
  return Promise.all(
    names.map(async (name) => ({ name, version: missing.has(name) ? null : await versionOf(run, name) })),
  );
}

/** `unknown`: it is there, and does not tell. */
export async function versionOf(run: Execute, program: string): Promise<string> {
  const flag = program.startsWith("corosync") ? "-v" : "--version";
  const done = await run(program, [flag], { timeoutMs: 5_000 }).catch(() => null);
  return /\d+\.\d+[\w.+~-]*/.exec(`${done?.stdout ?? ""}\n${done?.stderr ?? ""}`)?.[0] ?? "unknown";
}

/** Every agent that the configuration names, once. */
export async function agentFacts(run: Execute, model: CibModel): Promise<NodeFacts["agents"]> {
  const primitives = [...model.fencing, ...model.groups.flatMap((group) => group.members)];
  const names = new Set(
    primitives.map(({ agent }) =>
      [agent.class, agent.provider, agent.type].filter((part) => part !== null).join(":"),
    ),
  );
  return Promise.all(
    [...names].sort().map(async (agent) => ({ agent, isInstalled: await isInstalled(run, agent) })),
  );
}

async function isInstalled(run: Execute, agent: string): Promise<boolean> {
  const [kind = "", first = "", second = ""] = agent.split(":");
  if (kind === "ocf") return isProgram(`/usr/lib/ocf/resource.d/${first}/${second}`);
  if (kind === "stonith") return isProgram(`/usr/sbin/${first}`);
  const done = await run("systemctl", ["cat", "--", first], { timeoutMs: 5_000 }).catch(() => null);
  return done?.code === 0;
}

/** systemd units that would start what the groups run, beside the engine. Null = no systemd. */
export async function bootUnits(run: Execute, units: readonly string[]): Promise<NodeFacts["bootUnits"]> {
  if ((await missingPrograms(["systemctl"])).length > 0) return null;
  const states = await Promise.all(
    units.map(async (unit) => ({ unit, state: await said(run, "systemctl", ["is-enabled", unit]) })),
  );
  return states
    .filter(({ state }) => state === "enabled" || state === "disabled" || state === "static")
    .map(({ unit, state }) => ({ unit, isEnabled: state === "enabled" }));
}

/** The first line that a program prints, whatever its exit code; empty if it cannot be run. */
export async function said(run: Execute, program: string, args: readonly string[]): Promise<string> {
  const done = await run(program, args, { timeoutMs: 5_000 }).catch(() => null);
  return done?.stdout.split("\n", 1)[0]?.trim() ?? "";
}

export async function textOf(path: string): Promise<string> {
  return readFile(path, "utf8").catch(() => "");
}

async function isProgram(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}
