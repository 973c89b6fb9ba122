/** `bulkhead wlbs query|start|stop|drainstop`: the wlbs.exe of this product (DOMAIN 1.8). */
import type { CommandOutcome, WlbsSnapshot } from "@bulkhead/api";
import type { Command } from "commander";
import { Failure } from "../failure.ts";
import { print, refusalText, table } from "../output.ts";
import type { Session } from "../session.ts";

export function addWlbs(program: Command, session: Session): void {
  const wlbs = program.command("wlbs").description("query and control WLBS clusters");
  wlbs
    .command("query")
    .description("state of a cluster and its hosts; without a name, of all")
    .argument("[cluster]")
    .action(async (cluster?: string) => {
      const all = (await session.api().fleet.snapshot.query()).wlbs;
      const wanted = cluster === undefined ? all : all.filter(({ name }) => name === cluster);
      if (cluster !== undefined && wanted.length === 0)
        throw new Failure(
          `There is no WLBS cluster ${cluster}. Known: ${all.map(({ name }) => name).join(", ") || "none"}.`,
        );
      print(
        session.json(),
        wanted,
        (list) => list.map(queryText).join("\n\n") || "There is no WLBS cluster yet.",
      );
    });
  for (const [verb, description] of verbs) {
    wlbs
      .command(verb)
      .description(description)
      .argument("<cluster[:node]>", "all hosts of a cluster, or one of them")
      .action(async (target: string) => {
        const [cluster = "", host = null] = target.split(":");
        const outcomes = await session.api().wlbs.command.mutate({ cluster, host, verb });
        print(session.json(), outcomes, (list) => list.map(outcomeText).join("\n"));
        if (outcomes.some(({ code }) => !fine.has(code))) process.exitCode = 1;
      });
  }
}

const verbs = [
  ["start", "join the cluster; ends a drain"],
  ["stop", "leave at once; live connections are cut"],
  ["drainstop", "take no new connections, stop when the last one has ended"],
] as const;

/** Codes that leave the host in the wanted state. */
const fine = new Set(["ok", "already", "drain-stop"]);

function queryText({ name, vip, state, why, hosts, rules }: WlbsSnapshot): string {
  const rows = hosts.map(({ node, hostId, online, status, rates }) => [
    String(hostId),
    node,
    online ? (status?.state ?? "unknown") : "unreachable",
    status?.isDefaultHost ? "default" : "",
    status === null ? "-" : String(status.ownedCount),
    status === null ? "-" : String(status.openConnections),
    rates === null ? "-" : rates.acceptedPacketsPerS.toFixed(0),
    status?.cause ?? status?.lastError ?? "",
  ]);
  return [
    `${name}: ${state}, virtual IP ${vip}, ${rules.length} port ${rules.length === 1 ? "rule" : "rules"}`,
    ...(why === null ? [] : [why]),
    table(["id", "host", "state", "", "buckets", "connections", "packets/s", ""], rows),
  ].join("\n");
}

function outcomeText({ node, code, message, refusal }: CommandOutcome): string {
  return `${node}: ${code}, ${message}${refusal === undefined ? "" : `\n${refusalText(refusal)}`}`;
}
