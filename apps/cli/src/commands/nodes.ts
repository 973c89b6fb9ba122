/** `bulkhead nodes`: what is enrolled, what it is, whether it is there; and tokens for new ones. */
import type { NodeSnapshot } from "@bulkhead/api";
import type { Command } from "commander";
import { ago, print, table } from "../output.ts";
import type { Session } from "../session.ts";

export function addNodes(program: Command, session: Session): void {
  const nodes = program.command("nodes").description("list the enrolled nodes");
  nodes.action(async () => {
    const list = await session.api().nodes.list.query();
    print(session.json(), list, nodeTable);
  });
  nodes
    .command("token")
    .description("create a one-use enrolment token and print the install command")
    .argument("<name>", "name of the node to be")
    .option("--ttl-minutes <n>", "how long the token is good", (text) => Number(text), 60)
    .action(async (name: string, options: { ttlMinutes: number }) => {
      const made = await session.api().nodes.createToken.mutate({ name, ttlMinutes: options.ttlMinutes });
      print(session.json(), made, ({ token, installCommand, expiresAt }) =>
        [
          `Run on the machine, as root:`,
          ``,
          `  ${installCommand}`,
          ``,
          `and paste this token when it asks (good until ${new Date(expiresAt).toISOString()}, once):`,
          ``,
          `  ${token}`,
        ].join("\n"),
      );
    });
  nodes
    .command("revoke")
    .description("end a node's right to connect")
    .argument("<name>")
    .action(async (name: string) => {
      await session.api().nodes.revoke.mutate({ name });
      print(session.json(), { name, revoked: true }, () => `${name} may not connect any more.`);
    });
}

function nodeTable(nodes: readonly NodeSnapshot[]): string {
  if (nodes.length === 0) return "No node is enrolled. Create a token with: bulkhead nodes token NAME";
  const rows = nodes.map((node) => [
    node.name,
    node.role ?? "-",
    node.cluster ?? "-",
    node.online ? "online" : "offline",
    ago(node.online ? Date.now() : node.lastSeenAt),
    `${node.generation.applied}/${node.generation.desired}`,
    node.lastRefusal === null ? "" : `refused ${node.lastRefusal.rule}`,
  ]);
  return table(["node", "service", "cluster", "link", "seen", "policy", ""], rows);
}
