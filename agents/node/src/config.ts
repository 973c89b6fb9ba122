/** `/etc/bulkhead/agent.json`: what an admin may change by hand, which is where the controllers are. */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { type Parsed, parsed, unreadable } from "@bulkhead/protocol";
import * as z from "zod";

const agentConfig = z.object({ controllers: z.array(z.url({ protocol: /^https?$/ })).min(1) });

export type AgentConfig = z.infer<typeof agentConfig>;

export function loadConfig(path: string): Parsed<AgentConfig> {
  const cure = `Write { "controllers": ["https://..."] } into it.`;
  try {
    const outcome = agentConfig.safeParse(JSON.parse(readFileSync(path, "utf8")));
    return outcome.success
      ? parsed(outcome.data)
      : unreadable(`${path} names no controller as http(s) address. ${cure}`);
  } catch {
    return unreadable(`${path} cannot be read as JSON. ${cure}`);
  }
}

export function storeConfig(path: string, config: AgentConfig): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(`${path}.new`, `${JSON.stringify(config, null, 2)}\n`, { mode: 0o644 });
  renameSync(`${path}.new`, path);
}
