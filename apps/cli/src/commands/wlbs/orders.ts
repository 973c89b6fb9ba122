/** Commands to hosts and to port rules (DOMAIN 1.8). */
import { type Command, Option } from "commander";
import type { Session } from "../../session.ts";
import { printOutcomes } from "./outcomes.ts";
import { type Place, readDuration, readPlace } from "./place.ts";

const hostVerbs = [
  ["start", "join the cluster; ends a drain"],
  ["stop", "leave at once; open connections are cut"],
  ["drainstop", "take no new connections, stop when the last one has ended"],
  ["suspend", "stop, and obey only resume and query from then on"],
  ["resume", "obey commands again; does not start"],
  ["reload", "carry out the last good policy on the host's disk again"],
] as const;

const ruleVerbs = [
  ["enable", "let port rules take their share again"],
  ["disable", "block port rules at once; their connections are cut"],
  ["drain", "port rules take no new connections and keep those they have"],
] as const;

/** All hosts at once leave nobody to answer: the API asks for a yes. */
const endsService = new Set<string>(["stop", "drainstop", "suspend"]);

export function addOrders(wlbs: Command, session: Session): void {
  for (const [verb, description] of hostVerbs) addHostVerb(wlbs, session, { verb, description });
  for (const [verb, description] of ruleVerbs) {
    wlbs
      .command(verb)
      .description(description)
      .argument("<cluster[:host]>", "all hosts of a cluster, or one of them", readPlace)
      .argument("<target>", "all, all:PORT, VIP:PORT or [IPV6]:PORT")
      .action(async (place: Place, target: string) => {
        printOutcomes(session, await session.api().wlbs.command.mutate({ ...place, verb, target }));
      });
  }
}

function addHostVerb(
  wlbs: Command,
  session: Session,
  { verb, description }: { verb: (typeof hostVerbs)[number][0]; description: string },
): void {
  const command = wlbs
    .command(verb)
    .description(description)
    .argument("<cluster[:host]>", "all hosts of a cluster, or one of them", readPlace);
  if (endsService.has(verb)) command.option("--yes", "yes, all hosts of the cluster at once");
  if (verb === "drainstop")
    command.addOption(
      new Option("--deadline <time>", "cut what is still open then, for example 60s or 5m").argParser(
        readDuration,
      ),
    );
  command.action(async (place: Place, { yes, deadline }: { yes?: boolean; deadline?: number }) => {
    const order = { ...place, verb, confirm: yes ?? false, deadlineS: deadline ?? null };
    printOutcomes(session, await session.api().wlbs.command.mutate(order));
  });
}
