/** Questions that the hosts answer themselves: parameters, counters, port rules, and who would take a packet. */
import { type Command, Option } from "commander";
import { print } from "../../output.ts";
import type { Session } from "../../session.ts";
import { noteExit, printAnswers } from "./outcomes.ts";
import { type Place, readPlace } from "./place.ts";

const verbs = [
  ["display", "parameters, port rules, state and history, as the hosts have them"],
  ["params", "the parameters that are in force on the hosts"],
  ["counters", "what the kernels of the hosts have counted"],
] as const;

const protocols = ["tcp", "udp", "icmp", "gre", "esp", "ah"] as const;

export function addQuestions(wlbs: Command, session: Session): void {
  for (const [verb, description] of verbs) {
    wlbs
      .command(verb)
      .description(description)
      .argument("<cluster[:host]>", "all hosts of a cluster, or one of them", readPlace)
      .action(async (place: Place) => {
        printAnswers(session, await session.api().wlbs.ask.query({ ...place, verb }));
      });
  }
  wlbs
    .command("queryport")
    .description("state and counters of the port rules that a target means")
    .argument("<cluster[:host]>", "all hosts of a cluster, or one of them", readPlace)
    .argument("<target>", "all, all:PORT, VIP:PORT or [IPV6]:PORT")
    .action(async (place: Place, target: string) => {
      printAnswers(session, await session.api().wlbs.ask.query({ ...place, verb: "queryport", target }));
    });
  wlbs
    .command("ip2mac")
    .description("the cluster MACs of a virtual IP in every delivery mode")
    .argument("<address>")
    .action(async (address: string) => {
      print(session.json(), await session.api().wlbs.ip2mac.query({ address }), ({ text }) => text);
    });
  addFilter(wlbs, session);
}

function addFilter(wlbs: Command, session: Session): void {
  wlbs
    .command("filter")
    .description("which host would take this packet, and why; every host is asked")
    .argument("<cluster>")
    .requiredOption("--from <address:port>", "the client")
    .requiredOption("--to <vip:port>", "the virtual IP")
    .addOption(new Option("--protocol <name>").choices(protocols).default("tcp"))
    .action(async (cluster: string, packet: Packet) => {
      const answer = await session.api().wlbs.filter.query({ cluster, ...packet });
      const rows = answer.hosts.map(({ verdict, ...host }) => ({ ...host, data: verdict }));
      print(session.json(), rows, (list) => filterText(answer.text, list));
      noteExit(answer.hosts);
    });
}

interface Packet {
  from: string;
  to: string;
  protocol: (typeof protocols)[number];
}

interface Row {
  node: string;
  message: string;
  data: { accepts: boolean } | null;
}

function filterText(summary: string, rows: readonly Row[]): string {
  const mark = (data: Row["data"]) => (data === null ? "?" : data.accepts ? "accepts" : "drops");
  const width = Math.max(...rows.map(({ node }) => node.length));
  const lines = rows.map(
    ({ node, message, data }) => `  ${node.padEnd(width)}  ${mark(data).padEnd(7)}  ${message}`,
  );
  return [summary, ...lines].join("\n");
}
