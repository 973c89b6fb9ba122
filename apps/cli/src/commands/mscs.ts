/** `bulkhead mscs ...`: the cluster.exe of this product (DOMAIN 2.7), for pairs, nodes, groups and resources. */
import type { Command } from "commander";
import type { Session } from "../session.ts";
import { addAdopt } from "./mscs/adopt.ts";
import { addLooks } from "./mscs/looks.ts";
import { addOrders } from "./mscs/orders.ts";
import { addValidate } from "./mscs/validate.ts";
import { addWhatIf } from "./mscs/what-if.ts";

export function addMscs(program: Command, session: Session): void {
  const mscs = program
    .command("mscs")
    .description("query and control MSCS pairs, their nodes, groups and resources")
    .addHelpText("after", help);
  for (const add of [addLooks, addOrders, addWhatIf, addValidate, addAdopt]) add(mscs, session);
}

const help = `
Places:
  PAIR                  the whole pair: data
  PAIR:GROUP            a group: data:sql
  PAIR:GROUP/RESOURCE   one of its resources: data:sql/ip
  PAIR:NODE             a node, for pause, resume, evict and rebuild: data:db-1

Orders tell their steps and wait for the end; --no-wait returns when they have begun, --deadline gives them less time.
What ends a service or the protection of the pair needs --yes.

Examples:
  bulkhead mscs groups
  bulkhead mscs move data:sql --to db-2
  bulkhead mscs offline data:sql/ip --yes
  bulkhead mscs pause data:db-1 --drain --deadline 5m
  bulkhead mscs maintenance data on
  bulkhead mscs what-if data --node-loss db-1
  bulkhead mscs history data --group sql --steps
  bulkhead mscs validate data --html report.html

With --json every verb prints one JSON value.
Exit code: 0 done (or nothing wrong), 1 refused, failed or not in time (or something wrong), 2 wrong usage.
On the node itself, without a controller: bulkhead-agent mscs VERB`;
