/** Runs one of our OCF agents as Pacemaker does: by its action, its parameters in the environment. */
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

export interface OcfResult {
  code: number;
  stdout: string;
  /** What the agent gives as reason, without its prefix; empty = none. */
  reason: string;
}

export interface OcfOptions {
  parameters: Record<string, string>;
  /** OCF_CHECK_LEVEL of a monitor. */
  level?: number;
  /** Timeout of the action that the agent is told, ms. */
  timeoutMs?: number;
}

/** Runs `action` of agent `name` to its end. */
export function runOcf(name: string, action: string, options: OcfOptions): Promise<OcfResult> {
  const agent = fileURLToPath(new URL(`../../ocf/${name}`, import.meta.url));
  const parameters = Object.entries(options.parameters).map(
    ([key, value]) => [`OCF_RESKEY_${key}`, value] as const,
  );
  const child = spawn(agent, [action], {
    stdio: ["ignore", "pipe", "pipe"],
    env: {
      PATH: "/usr/sbin:/usr/bin:/sbin:/bin",
      OCF_ROOT: "/usr/lib/ocf",
      OCF_RESOURCE_INSTANCE: `test-${name}-${process.pid}`,
      OCF_RESKEY_CRM_meta_timeout: String(options.timeoutMs ?? 30_000),
      ...(options.level === undefined ? {} : { OCF_CHECK_LEVEL: String(options.level) }),
      ...Object.fromEntries(parameters),
    },
  });
  const output = { stdout: "", stderr: "" };
  child.stdout.on("data", (chunk: Buffer) => (output.stdout += chunk.toString("utf8")));
  child.stderr.on("data", (chunk: Buffer) => (output.stderr += chunk.toString("utf8")));
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    // Not `close`: a server that the agent has started may hold its output open for good.
    child.on("exit", (code) => {
      const reason = /^ocf-exit-reason:(.*)$/m.exec(output.stderr)?.[1] ?? "";
      resolve({ code: code ?? -1, stdout: output.stdout, reason });
    });
  });
}
