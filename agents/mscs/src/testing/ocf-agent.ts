/** Runs one of our resource agents as Pacemaker would, with state and programs of its own. */
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach } from "vitest";

/** Exit codes of OCF. */
export const ocf = {
  success: 0,
  failed: 1,
  unimplemented: 3,
  notInstalled: 5,
  notConfigured: 6,
  notRunning: 7,
} as const;

/** OCF agents can run here: as root, with the shell functions of the resource-agents package. */
export const canRunOcf = process.getuid?.() === 0 && existsSync("/usr/lib/ocf/lib/heartbeat/ocf-shellfuncs");

const agents = fileURLToPath(new URL("../../ocf/", import.meta.url));

export interface OcfAgent {
  /** Exit code of the action. `more`: variables of its own, and `netns`, the network namespace that it runs in. */
  run(action: string, more?: Record<string, string>): Promise<number>;
  /** What it last gave as its reason. */
  reason(): string;
  output(): string;
  /** A directory of this agent alone; `bin` in it comes first in PATH. */
  directory: string;
  end(): Promise<void>;
}

/** Parameters are given without their prefix OCF_RESKEY_. */
async function ocfAgent(name: string, parameters: Record<string, string>): Promise<OcfAgent> {
  const directory = await mkdtemp(join(tmpdir(), "bulkhead-ocf-"));
  const given = Object.entries(parameters).map(([key, value]): [string, string] => [
    `OCF_RESKEY_${key}`,
    value,
  ]);
  const env: Record<string, string> = {
    PATH: `${directory}/bin:/usr/sbin:/usr/bin:/sbin:/bin`,
    OCF_ROOT: "/usr/lib/ocf",
    OCF_RESOURCE_INSTANCE: `test.${directory.slice(-6)}`,
    HA_RSCTMP: join(directory, "state"),
    HA_LOGFACILITY: "none",
    OCF_RESKEY_CRM_meta_timeout: "20000",
    ...Object.fromEntries(given),
  };
  let last = { stdout: "", stderr: "" };
  return {
    directory,
    run: (action, more = {}) =>
      new Promise((resolve) => {
        const { netns, ...others } = more;
        // The agent's own network: what it does to addresses stays there.
        const inside = netns === undefined ? [] : ["ip", "netns", "exec", netns];
        const child = execFile(
          "env",
          [...inside, join(agents, name), action],
          { env: { ...env, ...others } },
          (_, stdout, stderr) => {
            last = { stdout, stderr };
            resolve(child.exitCode ?? -1);
          },
        );
      }),
    reason: () => /ocf-exit-reason:(.*)/.exec(last.stderr)?.[1] ?? "",
    output: () => last.stdout,
    end: () => rm(directory, { recursive: true, force: true }),
  };
}

/** `ocfAgent`, with every agent stopped and its directory removed when the test ends. Call it at the top of the file. */
export function ocfAgents(): typeof ocfAgent {
  const made: OcfAgent[] = [];
  afterEach(async () => {
    for (const one of made.splice(0)) {
      await one.run("stop");
      await one.end();
    }
  });
  return async (name, parameters) => {
    const one = await ocfAgent(name, parameters);
    made.push(one);
    return one;
  };
}

/** Writes a shell program; `name` may have folders. Returns its path. */
export async function shellProgram(directory: string, name: string, text: string): Promise<string> {
  const file = join(directory, name);
  await mkdir(join(file, ".."), { recursive: true });
  await writeFile(file, `#!/bin/sh\n${text}\n`);
  await chmod(file, 0o755);
  return file;
}
