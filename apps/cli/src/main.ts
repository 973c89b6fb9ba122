/** `bulkhead`: the command line. Exit code 0 done, 1 refused or failed, 2 wrong usage. */
import { fileURLToPath } from "node:url";
import { Command, CommanderError, Option } from "commander";
import { addAudit } from "./commands/audit.ts";
import { addLab } from "./commands/lab.ts";
import { addMscs } from "./commands/mscs.ts";
import { addNodes } from "./commands/nodes.ts";
import { addPlan } from "./commands/plan.ts";
import { addWlbs } from "./commands/wlbs.ts";
import type { GlobalOptions } from "./connect.ts";
import { toFailure } from "./failure.ts";
import { Session } from "./session.ts";

const defaultData =
  process.env.BULKHEAD_DATA ?? fileURLToPath(new URL("../../../.bulkhead", import.meta.url));

function build(session: Session): Command {
  const program = new Command("bulkhead")
    .description("Fleet controller for WLBS front hosts and MSCS back-end pairs")
    .option("--data <dir>", "data directory of the local set-up", defaultData)
    .option("--url <url>", "a controller elsewhere")
    .option("--token-file <file>", "file with an API token (or the environment variable BULKHEAD_TOKEN)")
    .option("--json", "print JSON", false)
    .enablePositionalOptions()
    .showHelpAfterError("(bulkhead --help shows the commands)")
    .exitOverride();
  program.hook("preAction", (_program, action) => session.configure(globalOptions(program, action)));
  for (const add of [addNodes, addPlan, addWlbs, addMscs, addAudit, addLab]) add(program, session);
  for (const command of every(program)) {
    command.exitOverride();
    if (!isWrapper(command) && command !== program) command.addOption(new Option("--json").hideHelp());
  }
  return program;
}

/** `--json` may stand at the end as well: bulkhead wlbs query --json. */
function globalOptions(program: Command, action: Command): GlobalOptions {
  const options = program.opts<GlobalOptions>();
  return { ...options, json: options.json || action.opts<{ json?: boolean }>().json === true };
}

/** What stands behind the name of such a command belongs to another program. */
function isWrapper(command: Command): boolean {
  return command.parent?.name() === "lab" && command.name() === "exec";
}

function every(command: Command): Command[] {
  return [command, ...command.commands.flatMap(every)];
}

const session = new Session();
try {
  await build(session).parseAsync(process.argv);
} catch (error) {
  process.exitCode = end(error);
}

function end(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  const failure = toFailure(error);
  if (session.json())
    process.stdout.write(
      `${JSON.stringify({ error: failure.message, refusals: failure.refusals }, null, 2)}\n`,
    );
  else process.stderr.write(`${failure.message}\n`);
  return failure.exitCode;
}
