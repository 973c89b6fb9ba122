/**
 * `bulkhead-agent`: composition root and command line of a node. `run` is what systemd starts; the other
 * commands are for the admin at the node. No command takes a secret as an argument.
 */
import { readFileSync } from "node:fs";
import { createLogger, runCommand, systemClock } from "@bulkhead/runtime";
import { Command, CommanderError } from "commander";
import { Agent } from "./agent.ts";
import { loadConfig } from "./config.ts";
import { enrol, isEnrolled } from "./enrol.ts";
import { loaders } from "./halves.ts";
import { loadIdentity } from "./identity.ts";
import { ask, exitCodes } from "./local-client.ts";
import { addMscsCommands } from "./mscs-commands.ts";
import { nodePaths } from "./paths.ts";
import { createSystemReader } from "./system.ts";
import { agentVersion } from "./version.ts";
import { addWlbsCommands } from "./wlbs-commands.ts";

const paths = nodePaths(process.env.BULKHEAD_ROOT ?? "/");
const system = createSystemReader({ machineIdPath: paths.machineId, agentVersion, run: runCommand });

const program = new Command("bulkhead-agent")
  .description("Bulkhead's agent on a node: one half of WLBS or MSCS, under a signed policy.")
  .version(agentVersion)
  .exitOverride();

program
  .command("enrol")
  .description("enrol this node; the token comes from --token-file or standard input, never from an argument")
  .requiredOption("--controller <url>", "address of the controller, for example https://bulkhead.example")
  .option("--token-file <file>", "file that holds the token and nothing else")
  .action(async (options: { controller: string; tokenFile?: string }) => {
    const token = readFileSync(options.tokenFile ?? 0, "utf8");
    const node = await enrol({ controllerUrl: options.controller, token, paths, system });
    if (!node.ok) fail(node.problem);
    else process.stdout.write(`This machine is enrolled as node ${node.value}.\n`);
  });

program
  .command("enrolled")
  .description("exit code 0 when this node is enrolled (with a token: with the controller that made it)")
  .option("--token-file <file>", "file that holds a token")
  .action(({ tokenFile }: { tokenFile?: string }) => {
    const token = tokenFile === undefined ? null : readFileSync(tokenFile, "utf8");
    process.exitCode = isEnrolled(paths.identity, token) ? 0 : 1;
  });

program.command("run").description("run the agent (started by systemd)").action(run);

for (const [verb, text] of [
  ["query", "state of this host and its cluster"],
  ["start", "begin to serve"],
  ["stop", "stop serving at once"],
  ["drainstop", "take no new connections, stop when the present ones have ended"],
  ["status", "service, bundle, link and warnings of this node"],
] as const) {
  program
    .command(verb)
    .description(text)
    .action(() => ask(paths.socket, { verb }));
}

addWlbsCommands(program, paths.socket);
addMscsCommands(program, paths.socket);

program
  .command("apply <file>")
  .description("offer a signed bundle from a file, for a node that cannot reach its controller")
  .action((file: string) => ask(paths.socket, { verb: "apply", bundle: readFileSync(file, "utf8") }));

async function run(): Promise<void> {
  // Else ps, top and "systemctl status" show the name of a thread of Node.
  process.title = "bulkhead-agent";
  const log = createLogger({ name: "bulkhead-agent", level: process.env.BULKHEAD_LOG ?? "info" });
  const identity = loadIdentity(paths.identity);
  if (!identity.ok) return fail(identity.problem);
  const config = loadConfig(paths.config);
  if (!config.ok) return fail(config.problem);
  let ending: Promise<void> | null = null;
  const end = (why: string): void => {
    log.info({ why }, "the agent ends, the data plane stays");
    ending ??= agent.stop().finally(() => process.exit());
  };
  const agent = new Agent({
    identity: identity.value,
    controllers: config.value.controllers,
    metrics: config.value.metrics,
    mayInstall: config.value.installPackages,
    paths,
    system,
    clock: systemClock,
    log,
    ...loaders(import.meta.url),
    onReleased: () => end("released from its service"),
  });
  process.on("SIGTERM", () => end("SIGTERM"));
  process.on("SIGINT", () => end("SIGINT"));
  await agent.listen();
  log.info({ node: identity.value.node, version: agentVersion }, "the agent runs");
}

function fail(problem: string): void {
  process.stderr.write(`bulkhead-agent: ${problem}\n`);
  process.exitCode = 1;
}

program.parseAsync().catch((error: unknown) => {
  // Commander has printed its own complaint, or the help that was asked for.
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : exitCodes.usage;
  else fail(error instanceof Error ? error.message : String(error));
});
