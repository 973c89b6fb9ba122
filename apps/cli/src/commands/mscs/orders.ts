/** Orders to pairs, nodes, groups and resources (DOMAIN 2.7). They wait for the end unless told otherwise. */
import type { MscsObjectKind, MscsVerb } from "@bulkhead/core/mscs";
import { Argument, type Command, Option } from "commander";
import { print } from "../../output.ts";
import type { Session } from "../../session.ts";
import { readDuration } from "../wlbs/place.ts";
import { endText, followAct } from "./follow.ts";
import { forms, type PairObject, placeReader } from "./place.ts";

interface Verb {
  name: string;
  verb: MscsVerb;
  kinds: readonly MscsObjectKind[];
  description: string;
  /** It ends a service or the pair's protection: the API asks for a yes. */
  needsYes?: string;
}

const verbs: readonly Verb[] = [
  {
    name: "move",
    verb: "move",
    kinds: ["group"],
    description: "move a group to the other node, or to a named one",
  },
  {
    name: "move-back",
    verb: "moveBack",
    kinds: ["group"],
    description: "move a group to its first preferred owner",
  },
  {
    name: "online",
    verb: "online",
    kinds: ["group", "resource"],
    description: "bring a group or a resource online, with all that it depends on",
  },
  {
    name: "offline",
    verb: "offline",
    kinds: ["group", "resource"],
    description: "take a group or a resource offline; it stays so until it is brought online",
    needsYes: "yes, its clients are cut off",
  },
  {
    name: "restart",
    verb: "restart",
    kinds: ["group", "resource"],
    description: "stop and start a group or a resource where it is",
  },
  {
    name: "fail",
    verb: "fail",
    kinds: ["resource"],
    description: "initiate a failure of a resource: it counts like a real one",
  },
  {
    name: "clear",
    verb: "clear",
    kinds: ["pair", "group", "resource"],
    description: "clear the failed state of a resource, of a group, or of everything in a pair",
  },
  {
    name: "pause",
    verb: "pause",
    kinds: ["node"],
    description: "let a node take no new groups; it keeps those that it has, unless --drain is given",
    needsYes: "yes, also when the groups have nowhere to go",
  },
  { name: "resume", verb: "resume", kinds: ["node"], description: "let a paused node take groups again" },
  {
    name: "evict",
    verb: "evict",
    kinds: ["node"],
    description: "take a node out of the pair; its groups move first",
    needsYes: "yes, the pair is not protected from then on",
  },
  {
    name: "rebuild",
    verb: "rebuild",
    kinds: ["node"],
    description: "set the engine of a node up anew and let it join the pair as a fresh member",
    needsYes: "yes, the pair is not protected until it has joined",
  },
  {
    name: "maintenance",
    verb: "maintenance",
    kinds: ["pair"],
    description:
      "maintenance of the software: the engine watches nothing and does nothing (on), or works again (off)",
  },
  {
    name: "revert",
    verb: "revert",
    kinds: ["pair"],
    description: "write the policy over what was changed by hand (see: bulkhead mscs drift)",
  },
];

interface Given {
  wait: boolean;
  deadline?: number;
  yes?: boolean;
  to?: string;
  drain?: boolean;
  failback?: string;
}

export function addOrders(mscs: Command, session: Session): void {
  for (const verb of verbs) addVerb(mscs, session, verb);
}

function addVerb(mscs: Command, session: Session, verb: Verb): void {
  const place = verb.kinds.map((kind) => forms[kind].form.toLowerCase()).join("|");
  const command = mscs
    .command(verb.name)
    .description(verb.description)
    .argument(`<${place}>`, "", placeReader(verb.kinds));
  if (verb.verb === "maintenance") command.addArgument(new Argument("<on|off>").choices(["on", "off"]));
  if (verb.verb === "move") command.option("--to <node>", "the node it shall move to");
  if (verb.verb === "pause") command.option("--drain", "move its groups away first");
  if (verb.verb === "resume")
    command.addOption(
      new Option("--failback <mode>", "bring its groups back: none, at once, or as their policy says")
        .choices(["none", "immediate", "policy"])
        .default("none"),
    );
  if (verb.needsYes !== undefined) command.option("--yes", verb.needsYes);
  command
    .addOption(
      new Option("--deadline <time>", "give up after that time, for example 30s or 5m").argParser(
        readDuration,
      ),
    )
    .option("--no-wait", "return when the order has begun")
    .action((target: PairObject, ...rest: unknown[]) => {
      const mode = verb.verb === "maintenance" ? String(rest[0]) : undefined;
      const given = rest[verb.verb === "maintenance" ? 1 : 0] as Given;
      return give(session, verb.verb, { target, mode: mode ?? modeOf(verb.verb, given), given });
    });
}

type Mode = "keep" | "drain" | "none" | "immediate" | "policy" | "on" | "off";

function modeOf(verb: MscsVerb, { drain, failback }: Given): string | null {
  if (verb === "pause") return drain === true ? "drain" : "keep";
  return verb === "resume" ? (failback ?? "none") : null;
}

async function give(
  session: Session,
  verb: MscsVerb,
  { target, mode, given }: { target: PairObject; mode: string | null; given: Given },
): Promise<void> {
  const { cluster, object } = target;
  const order = {
    verb,
    object,
    to: given.to ?? null,
    mode: mode as Mode | null,
    deadlineS: given.deadline ?? null,
  };
  const request = { cluster, order, confirm: given.yes ?? false };
  const begun = await session.api().mscs.command.mutate(request);
  const tell = (line: string) => void (session.json() || process.stdout.write(`${line}\n`));
  const act = given.wait ? await followAct(session.api(), begun, { cluster, tell }) : begun;
  const isBegun = !given.wait && act.state === "running";
  print(session.json(), act, (value) =>
    isBegun ? `${verb} ${object.name}: begun by ${value.node}, ${value.message}` : endText(value),
  );
  if (!isBegun && act.state !== "done") process.exitCode = 1;
}
