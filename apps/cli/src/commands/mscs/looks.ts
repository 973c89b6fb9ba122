/** What the controller knows of pairs: state, history, drift. Works while nodes are away. */
import type { FleetSnapshot, MscsSnapshot } from "@bulkhead/api";
import { type Command, InvalidArgumentError, Option } from "commander";
import { Failure } from "../../failure.ts";
import { print } from "../../output.ts";
import type { Session } from "../../session.ts";
import { takeOverText, writeNew } from "./adopt.ts";
import { driftText, groupsText, historyText, showText } from "./texts.ts";

export function addLooks(mscs: Command, session: Session): void {
  mscs
    .command("groups")
    .description("groups and resources with state and owner, of all pairs or of one")
    .argument("[pair]")
    .action(async (name?: string) => {
      const { mscs: all, at } = await session.api().fleet.snapshot.query();
      const wanted = name === undefined ? all : [pickPair(all, name)];
      print(
        session.json(),
        wanted,
        (list) => list.map((pair) => groupsText(pair, at)).join("\n\n") || "There is no MSCS pair yet.",
      );
    });
  mscs
    .command("show")
    .description(
      "everything about a pair: protection, nodes, quorum, fencing, networks; exit code 1 when not protected",
    )
    .argument("<pair>")
    .action(async (name: string) => {
      const { mscs: all, at } = await session.api().fleet.snapshot.query();
      const pair = pickPair(all, name);
      print(session.json(), pair, (value) => showText(value, at));
      if (!pair.protection.isProtected) process.exitCode = 1;
    });
  addHistory(mscs, session);
  mscs
    .command("drift")
    .description(
      "what the engine is configured otherwise than the policy says; exit code 1 when there is something",
    )
    .argument("<pair>")
    .option("-o, --output <file>", "write the pair's part of a fleet file there that takes the changes over")
    .action(async (cluster: string, { output }: { output?: string }) => {
      if (output !== undefined) return takeOver(session, cluster, output);
      const answer = await session.api().mscs.drift.query({ cluster });
      print(session.json(), answer, driftText);
      if (answer.lines.length > 0) process.exitCode = 1;
    });
  mscs
    .command("agents")
    .description("the resource agents that are installed on the nodes of a pair, or the parameters of one")
    .argument("<pair>")
    .argument("[agent]", "for example ocf:heartbeat:nginx")
    .action((cluster: string, agent?: string) => showAgents(session, cluster, agent));
}

async function takeOver(session: Session, cluster: string, output: string): Promise<void> {
  const { mscs: all } = await session.api().fleet.snapshot.query();
  const pair = pickPair(all, cluster);
  const node = pair.viewFrom ?? pair.nodes[0]?.name ?? "";
  const report = await session.api().mscs.adoption.query({ node });
  if (report.obstacles.length === 0) writeNew(output, report.fleetFile);
  print(session.json(), report, (value) => takeOverText(value, output));
  if (report.obstacles.length > 0) process.exitCode = 1;
}

function addHistory(mscs: Command, session: Session): void {
  mscs
    .command("history")
    .description("the failovers of a pair, newest first: when, how long, why")
    .argument("<pair>")
    .option("--group <group>", "of this group only")
    .option("--steps", "with every step", false)
    .addOption(new Option("--limit <n>", "rows, 1 to 500").argParser(readLimit).default(50))
    .action(
      async (cluster: string, { group, steps, limit }: { group?: string; steps: boolean; limit: number }) => {
        const rows = await session.api().mscs.history.query({ cluster, group: group ?? null, limit });
        print(session.json(), rows, (list) => historyText(cluster, list, steps));
      },
    );
}

async function showAgents(session: Session, cluster: string, agent: string | undefined): Promise<void> {
  if (agent === undefined) {
    const list = await session.api().mscs.agents.query({ cluster });
    print(session.json(), list, (all) => all.map((one) => `${one.agent}  ${one.title}`.trimEnd()).join("\n"));
    return;
  }
  const form = await session.api().mscs.agentForm.query({ cluster, agent });
  print(session.json(), form, ({ title, help, fields }) =>
    [
      `${agent}: ${title}`,
      help,
      ...fields.map(({ name, isRequired, fallback, help: text }) => {
        const rest = isRequired ? "required" : fallback === null ? "" : `default ${fallback}`;
        return `  ${name}${rest ? ` (${rest})` : ""}: ${text}`;
      }),
    ].join("\n"),
  );
}

function readLimit(text: string): number {
  const limit = Number(text);
  if (Number.isInteger(limit) && limit >= 1 && limit <= 500) return limit;
  throw new InvalidArgumentError("Write a number from 1 to 500.");
}

/** Throws a Failure that names the pairs that there are. */
export function pickPair(all: FleetSnapshot["mscs"], name: string): MscsSnapshot {
  const found = all.find((pair) => pair.name === name);
  if (found) return found;
  const known = all.map((pair) => pair.name).join(", ") || "none";
  throw new Failure(`There is no MSCS pair ${name}. Known: ${known}.`);
}
