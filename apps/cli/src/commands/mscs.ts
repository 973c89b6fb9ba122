/** `bulkhead mscs groups|move`: what runs where in the pairs, and planned moves (the cluster.exe of this product). */
import type { MscsSnapshot } from "@bulkhead/api";
import type { Command } from "commander";
import { Failure } from "../failure.ts";
import { print, refusalText, table } from "../output.ts";
import type { Session } from "../session.ts";

export function addMscs(program: Command, session: Session): void {
  const mscs = program.command("mscs").description("query and control MSCS pairs");
  mscs
    .command("groups")
    .description("groups and resources with state and owner")
    .argument("[cluster]")
    .action(async (cluster?: string) => {
      const pairs = (await session.api().fleet.snapshot.query()).mscs.filter(
        ({ name }) => cluster === undefined || name === cluster,
      );
      if (cluster !== undefined && pairs.length === 0) throw new Failure(`There is no MSCS pair ${cluster}.`);
      print(session.json(), pairs, (list) => list.map(pairText).join("\n\n") || "There is no MSCS pair yet.");
    });
  mscs
    .command("move")
    .description("move a group to the peer, or to a named node")
    .argument("<cluster:group>")
    .option("--to <node>")
    .action(async (target: string, { to }: { to?: string }) => {
      const [cluster = "", group = ""] = target.split(":");
      if (group === "")
        throw new Failure("Name the group as cluster:group, for example data:sql.", { exitCode: 2 });
      const outcome = await session.api().mscs.move.mutate({ cluster, group, to: to ?? null });
      print(
        session.json(),
        outcome,
        ({ node, code, message, refusal }) =>
          `${node}: ${code}, ${message}${refusal === undefined ? "" : `\n${refusalText(refusal)}`}`,
      );
      if (outcome.code !== "ok" && outcome.code !== "already") process.exitCode = 1;
    });
}

function pairText({ name, nodes, witness, view, why }: MscsSnapshot): string {
  const states = nodes.map(
    (node) => `${node.name} ${view?.nodes.find((seen) => seen.name === node.name)?.state ?? "unknown"}`,
  );
  const third =
    witness === null ? "no witness" : `witness ${witness.node} ${witness.online ? "online" : "offline"}`;
  const head = `${name}: ${states.join(", ")}, ${third}`;
  const rows = (view?.groups ?? []).flatMap((group) => [
    [group.name, "group", group.state, group.owner ?? "-", ""],
    ...group.resources.map(({ name: resource, type, state, owner, failCount }) => [
      `  ${resource}`,
      type,
      state,
      owner ?? "-",
      failCount > 0 ? String(failCount) : "",
    ]),
  ]);
  return [
    head,
    ...(why === null ? [] : [why]),
    table(["group", "type", "state", "owner", "failures"], rows),
  ].join("\n");
}
