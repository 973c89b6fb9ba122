/** `/etc/bulkhead/agent.json`: what an admin may change by hand: controllers, place of metrics, may it install packages. */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { type Parsed, parsed, unreadable } from "@bulkhead/protocol";
import * as z from "zod";

/** For this machine alone, since whoever reads them learns who uses the cluster. */
const usualMetrics = { address: "127.0.0.1", port: 9504 };

const agentConfig = z.object({
  controllers: z.array(z.url({ protocol: /^https?$/ })).min(1),
  /** Null = no metrics. */
  metrics: z
    .object({ address: z.union([z.ipv4(), z.ipv6()]), port: z.int().min(1).max(65_535) })
    .nullable()
    .default(usualMetrics),
  /** The agent may install the engine's packages when a pair is formed; else it says what to run. */
  installPackages: z.boolean().default(false),
});

export type AgentConfig = z.infer<typeof agentConfig>;

export function loadConfig(path: string): Parsed<AgentConfig> {
  const cure = `Write { "controllers": ["https://..."] } into it.`;
  try {
    const outcome = agentConfig.safeParse(JSON.parse(readFileSync(path, "utf8")));
    if (outcome.success) return parsed(outcome.data);
    return outcome.error.issues.some((issue) => issue.path[0] === "metrics")
      ? unreadable(
          `${path} names no place for metrics. Write "metrics": { "address": "127.0.0.1", "port": 9504 }, or null for none.`,
        )
      : unreadable(`${path} names no controller as http(s) address. ${cure}`);
  } catch {
    return unreadable(`${path} cannot be read as JSON. ${cure}`);
  }
}

/** Changes these settings; what else an admin has written into the file stays. */
export function storeConfig(path: string, config: Pick<AgentConfig, "controllers">): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(`${path}.new`, `${JSON.stringify({ ...readSettings(path), ...config }, null, 2)}\n`, {
    mode: 0o644,
  });
  renameSync(`${path}.new`, path);
}

function readSettings(path: string): object {
  try {
    const settings: unknown = JSON.parse(readFileSync(path, "utf8"));
    return typeof settings === "object" && settings !== null ? settings : {};
  } catch {
    return {};
  }
}
