/**
 * `bulkhead-agent mscs ...`: the cluster.exe of a node, for the admin at its console, with or without a controller. An order
 * waits for its end; what cannot be is refused by the agent with rule and cure.
 */
import type { Command } from "commander";
import { type AskOptions, ask } from "./local-client.ts";
import type { LocalRequest } from "./local-requests.ts";

/** The agent ends every order by a deadline of its own; databases may need long ones. */
const longestMs = 6 * 3600 * 1000;

interface OrderOptions extends AskOptions {
  to?: string;
  deadline?: string;
  wait?: boolean;
}

interface Verb {
  name: string;
  /** On the link. */
  verb: string;
  text: string;
  /** What it is given to; null = the pair itself. */
  object: "group" | "group or group/resource" | "group/resource" | "node" | null;
  /** Its modes, the usual one first. */
  modes?: readonly string[];
}

const verbs: readonly Verb[] = [
  {
    name: "move",
    verb: "move",
    text: "move a group to the other node, or to the one named",
    object: "group",
  },
  { name: "move-back", verb: "moveBack", text: "move a group to its first preferred owner", object: "group" },
  { name: "online", verb: "online", text: "bring online", object: "group or group/resource" },
  {
    name: "offline",
    verb: "offline",
    text: "bring offline and leave it so",
    object: "group or group/resource",
  },
  {
    name: "restart",
    verb: "restart",
    text: "bring offline and online again",
    object: "group or group/resource",
  },
  {
    name: "fail",
    verb: "fail",
    text: "initiate a failure; it counts as a real one",
    object: "group/resource",
  },
  { name: "clear", verb: "clear", text: "forget the failures", object: "group or group/resource" },
  { name: "clear-all", verb: "clear", text: "forget all failures, those of fencing too", object: null },
  {
    name: "pause",
    verb: "pause",
    text: "keep: the node takes no new group; drain: its groups move away first",
    object: "node",
    modes: ["keep", "drain"],
  },
  {
    name: "resume",
    verb: "resume",
    text: "the node takes groups again; immediate: those that prefer it come back now",
    object: "node",
    modes: ["none", "immediate", "policy"],
  },
  {
    name: "evict",
    verb: "evict",
    text: "take a node out of the pair (order it on both nodes)",
    object: "node",
  },
  {
    name: "rebuild",
    verb: "rebuild",
    text: "take a node back as a fresh member (order it on both nodes)",
    object: "node",
  },
  {
    name: "maintenance",
    verb: "maintenance",
    text: "on: the resources run on unwatched while the engine's software is changed",
    object: null,
    modes: ["on", "off"],
  },
  { name: "revert", verb: "revert", text: "write the policy over what was changed by hand", object: null },
];

/** `socket`: path of the agent's local socket. */
export function addMscsCommands(program: Command, socket: string): void {
  const mscs = program
    .command("mscs")
    .description("MSCS on this node: groups, resources and nodes of its pair")
    .addHelpText("after", "\nA resource is named as group/resource.");
  mscs
    .command("groups")
    .description("groups of the pair, their state and owner")
    .option("--json", "print the whole answer as JSON")
    .action((options: AskOptions) => ask(socket, { verb: "query" }, options));
  for (const verb of verbs) addVerb(mscs, verb, socket);
}

function addVerb(mscs: Command, verb: Verb, socket: string): void {
  const added = mscs.command(shapeOf(verb)).description(verb.text);
  if (verb.name === "move") added.option("--to <node>", "the node that shall own it");
  added
    .option("--deadline <seconds>", "call it late after this time")
    .option("--no-wait", "answer when it has begun")
    .option("--json", "print the whole answer as JSON")
    .action((...given: unknown[]) => {
      const { texts, options } = readGiven(given);
      return ask(socket, orderRequest(verb, texts, options), { ...options, answerMs: longestMs });
    });
}

function shapeOf({ name, object, modes }: Verb): string {
  const place = object === null ? "<pair>" : `<${object.replace(" or ", "|")}>`;
  return `${name} ${place}${modes === undefined ? "" : ` [${modes.join("|")}]`}`;
}

/** Commander gives the arguments, then the options, then the command. */
function readGiven(given: unknown[]): { texts: string[]; options: OrderOptions } {
  const texts = given.filter((item): item is string => typeof item === "string");
  return { texts, options: given.at(-2) as OrderOptions };
}

function orderRequest(verb: Verb, [name = "", mode]: string[], options: OrderOptions): LocalRequest {
  const order = {
    verb: verb.verb,
    object: { kind: kindOf(verb, name), name },
    to: options.to ?? null,
    mode: mode ?? null,
    deadlineS: options.deadline === undefined ? null : Number(options.deadline),
  };
  return {
    verb: "command",
    command: "mscs.order",
    args: { order: JSON.stringify(order), by: "local", wait: String(options.wait !== false) },
  };
}

function kindOf({ object }: Verb, name: string): "group" | "resource" | "node" | "pair" {
  if (object === null) return "pair";
  if (object === "node") return "node";
  return name.includes("/") ? "resource" : "group";
}
