/** Command line of the lab: `up` runs it, the other commands ask a running one. */
import { Command, Option } from "commander";
import { labCall } from "./client.ts";
import type { LabRequest } from "./control.ts";
import { type FabricOptions, runFabric } from "./fabric.ts";
import { preflight } from "./preflight.ts";
import { type LinkName, linkNames, pairChoices, type Tier } from "./topology.ts";
import { type UpOptions, up } from "./up.ts";

const program = new Command("lab")
  .description("A real fleet of network namespaces on this machine.")
  .enablePositionalOptions();

interface DataOption {
  data: string;
}

function command(name: string, description: string): Command {
  return program.command(name).description(description).option("--data <dir>", "data directory", ".bulkhead");
}

async function ask(options: DataOption, request: LabRequest): Promise<void> {
  const answer = await labCall(options.data, request);
  console.log(JSON.stringify(answer, null, 2));
  if (!answer.ok) process.exitCode = 1;
}

/** Beside the lab's own pair: a second one of the fleet, or one without agents that somebody sets up by hand. */
const pairsOption = () =>
  new Option("--pairs <how>", "pairs of the back tier").choices(pairChoices).default("one");

/** Machines that do much else at once need more patience than the product's 1000 ms. */
const tokenOption = () =>
  new Option("--token-ms <ms>", "Corosync's token of the pairs").argParser(Number).default(null);

command("up", "start the lab and stay until it ends")
  .addOption(pairsOption())
  .addOption(tokenOption())
  .option("--lifeline", "end when standard input closes", false)
  .option("--no-fleet", "start the nodes only: enrol nobody, apply nothing")
  .action(async ({ data, ...options }: DataOption & Omit<UpOptions, "dataDir">) => {
    process.exit(await up({ dataDir: data, ...options }));
  });

program
  .command("check")
  .description("say what this machine allows and what is missing")
  .action(async () => console.log(JSON.stringify(await preflight(), null, 2)));

program
  .command("fabric", { hidden: true })
  .requiredOption("--data <dir>")
  .requiredOption("--tiers <list>")
  .addOption(pairsOption())
  .addOption(tokenOption())
  .option("--no-fleet")
  .action(
    async ({
      tiers,
      data,
      ...options
    }: DataOption & Omit<FabricOptions, "dataDir" | "tiers"> & { tiers: string }) => {
      await runFabric({ dataDir: data, tiers: tiers.split(",") as Tier[], ...options });
    },
  );

command("status", "list the nodes and their state").action((options: DataOption) =>
  ask(options, { verb: "status" }),
);
command("traffic", "show what the client sees").action((options: DataOption) =>
  ask(options, { verb: "traffic" }),
);

const faults = {
  kill: "cut the power of a node",
  freeze: "stop all processes of a node",
  heal: "undo every fault of a node",
} as const;

for (const verb of ["kill", "freeze", "heal"] as const) {
  command(verb, faults[verb])
    .argument("<node>")
    .action((node: string, options: DataOption) => ask(options, { verb, node }));
}

command("cut", "pull a cable of a node")
  .argument("<node>")
  .addOption(new Option("--link <card>", "which one").choices([...linkNames, "all"]).default("eth0"))
  .action((node: string, { link, ...options }: DataOption & { link: LinkName | "all" }) =>
    ask(options, { verb: "cut", node, link }),
  );

command("kill-process", "end the processes of that name, as kill -9 does")
  .argument("<node>")
  .argument("<name>")
  .action((node: string, name: string, options: DataOption) =>
    ask(options, { verb: "kill-process", node, name }),
  );

command("fill", "fill the file system of a directory")
  .argument("<node>")
  .argument("<path>")
  .action((node: string, path: string, options: DataOption) => ask(options, { verb: "fill", node, path }));

command("exec", "run a command in a node")
  .argument("<node>")
  .argument("<argv...>")
  .passThroughOptions()
  .action(async (node: string, argv: string[], options: DataOption) => {
    const answer = await labCall(options.data, { verb: "exec", node, argv });
    if (!answer.ok) throw new Error(String(answer["error"]));
    process.stdout.write(String(answer["stdout"]));
    process.stderr.write(String(answer["stderr"]));
    process.exitCode = Number(answer["code"]);
  });

program.parseAsync().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : String(error));
  process.exit(1);
});
