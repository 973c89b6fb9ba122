/** What the controller knows of whole clusters: state, findings, history, heartbeats. Works while hosts are away. */
import type { FleetSnapshot, WlbsSnapshot } from "@bulkhead/api";
import type { Command } from "commander";
import { Failure } from "../../failure.ts";
import { print } from "../../output.ts";
import type { Session } from "../../session.ts";
import { printAnswers } from "./outcomes.ts";
import { type Place, readPlace } from "./place.ts";
import { findingsText, heartbeatsText, historyText, queryText } from "./texts.ts";

export function addLooks(wlbs: Command, session: Session): void {
  wlbs
    .command("query")
    .description("state of all clusters, of one, or the words of one host")
    .argument("[cluster[:host]]", "all clusters when left out", readPlace)
    .action(async (place?: Place) => {
      if (place && place.host !== null)
        return printAnswers(session, await session.api().wlbs.ask.query({ ...place, verb: "query" }));
      const { wlbs: all, at } = await session.api().fleet.snapshot.query();
      const wanted = place ? [pick(all, place.cluster)] : all;
      print(
        session.json(),
        wanted,
        (list) => list.map((one) => queryText(one, at)).join("\n\n") || "There is no WLBS cluster yet.",
      );
    });
  addList(wlbs, session, {
    verb: "history",
    description: "the convergences of a cluster, newest first: when, why, who",
    of: ({ history }) => history,
    text: (cluster) => historyText(cluster),
  });
  addList(wlbs, session, {
    verb: "findings",
    description: "what is wrong with a cluster, with evidence and cure; exit code 1 when there is an error",
    of: ({ findings }) => findings,
    text: (cluster, at) => findingsText(cluster, at),
    isBad: ({ findings }) => findings.some(({ severity }) => severity === "error"),
  });
  addList(wlbs, session, {
    verb: "heartbeats",
    description: "who hears whom, with loss and jitter; exit code 1 when a running host is not heard",
    of: ({ heartbeats }) => heartbeats,
    text: (cluster) => heartbeatsText(cluster),
    isBad: ({ heartbeats }) => heartbeats.some(({ verdict }) => verdict === "unheard"),
  });
}

interface List {
  verb: string;
  description: string;
  /** What --json prints. */
  of(cluster: WlbsSnapshot): unknown;
  text(cluster: WlbsSnapshot, at: number): string;
  isBad?(cluster: WlbsSnapshot): boolean;
}

function addList(wlbs: Command, session: Session, { verb, description, of, text, isBad }: List): void {
  wlbs
    .command(verb)
    .description(description)
    .argument("<cluster>")
    .action(async (name: string) => {
      const { wlbs: all, at } = await session.api().fleet.snapshot.query();
      const cluster = pick(all, name);
      print(session.json(), of(cluster), () => text(cluster, at));
      if (isBad?.(cluster)) process.exitCode = 1;
    });
}

function pick(all: FleetSnapshot["wlbs"], name: string): WlbsSnapshot {
  const found = all.find((cluster) => cluster.name === name);
  if (found) return found;
  const known = all.map((cluster) => cluster.name).join(", ") || "none";
  throw new Failure(`There is no WLBS cluster ${name}. Known: ${known}.`);
}
