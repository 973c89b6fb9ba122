/**
 * `bulkhead-agent wlbs ...`: the wlbs.exe of a node, for the admin at its console, with or without a controller. What
 * it can do on this host it says itself; arguments are checked by the agent.
 */
import type { Command } from "commander";
import { type AskOptions, ask } from "./local-client.ts";
import type { LocalRequest } from "./local-requests.ts";

interface Verb {
  name: string;
  text: string;
  /** Its one argument: name on the link, and how help shows it. */
  argument?: { name: string; shown: string };
}

const target = { name: "target", shown: "target" };

const verbs: readonly Verb[] = [
  { name: "query", text: "state of this host and its cluster" },
  { name: "display", text: "parameters, recent convergences, findings and state" },
  { name: "params", text: "the parameters in force" },
  { name: "counters", text: "what the kernel has counted, by port rule and virtual IP" },
  { name: "start", text: "join the cluster and serve" },
  { name: "stop", text: "leave at once; open connections are cut" },
  { name: "suspend", text: "stop, and obey nothing but resume and query" },
  { name: "resume", text: "obey again; does not start" },
  { name: "enable", text: "take traffic of port rules again", argument: target },
  { name: "disable", text: "take no traffic of port rules; open connections are cut", argument: target },
  { name: "drain", text: "take no new connections of port rules", argument: target },
  { name: "queryport", text: "state and counters of the port rules that contain a port", argument: target },
  { name: "reload", text: "verify the last good signed policy on disk and carry it out again" },
  {
    name: "ip2mac",
    text: "cluster MACs of an address in every mode",
    argument: { name: "address", shown: "address" },
  },
];

/** `socket`: path of the agent's local socket. */
export function addWlbsCommands(program: Command, socket: string): void {
  const wlbs = program
    .command("wlbs")
    .description("WLBS on this host: query, start, stop, drain, port rules")
    .addHelpText(
      "after",
      "\nA target is all, all:PORT, VIP:PORT or [IPV6-VIP]:PORT: the whole rule that contains the port.",
    );
  for (const verb of verbs) addVerb(wlbs, verb, socket);
  withJson(wlbs.command("drainstop"))
    .description("take no new connections, stop when the present ones have ended")
    .option("--deadline <seconds>", "cut what is left after this time")
    .action(({ deadline, ...options }: AskOptions & { deadline?: string }) =>
      ask(socket, command("drainstop", deadline === undefined ? {} : { deadlineS: deadline }), options),
    );
  withJson(wlbs.command("filter"))
    .description("would this host accept this packet, and why")
    .option("--protocol <name>", "tcp, udp, icmp, gre, esp or ah", "tcp")
    .requiredOption("--from <client>", "ADDRESS:PORT")
    .requiredOption("--to <vip>", "ADDRESS:PORT")
    .action(({ protocol, from, to, ...options }: AskOptions & Record<"protocol" | "from" | "to", string>) =>
      ask(socket, command("filter", { protocol, from, to }), options),
    );
}

function addVerb(wlbs: Command, { name, text, argument }: Verb, socket: string): void {
  const shape = argument ? `${name} <${argument.shown}>` : name;
  const added = withJson(wlbs.command(shape)).description(text);
  if (argument)
    added.action((value: string, options: AskOptions) =>
      ask(socket, command(name, { [argument.name]: value }), options),
    );
  else added.action((options: AskOptions) => ask(socket, command(name), options));
}

function withJson(added: Command): Command {
  return added.option("--json", "print the whole answer as JSON");
}

/** A command as the local socket wants it. */
function command(verb: string, args: Record<string, string> = {}): LocalRequest {
  return { verb: "command", command: `wlbs.${verb}`, args };
}
