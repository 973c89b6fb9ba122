/** `bulkhead wlbs ...`: the wlbs.exe of this product (DOMAIN 1.8), for whole clusters and for single hosts. */
import type { Command } from "commander";
import type { Session } from "../session.ts";
import { addLooks } from "./wlbs/looks.ts";
import { addOrders } from "./wlbs/orders.ts";
import { addQuestions } from "./wlbs/questions.ts";
import { addRotateKey } from "./wlbs/rotate-key.ts";

export function addWlbs(program: Command, session: Session): void {
  const wlbs = program
    .command("wlbs")
    .description("query and control WLBS clusters, their hosts and their port rules")
    .addHelpText("after", help);
  for (const add of [addLooks, addQuestions, addOrders, addRotateKey]) add(wlbs, session);
}

const help = `
Places:
  CLUSTER         all hosts of the cluster, side by side
  CLUSTER:HOST    one of them, by node name or host ID: web:web-2 or web:2

Targets (port rules; any port of a rule stands for the whole rule):
  all             every rule
  all:80          the rules for port 80, whatever their virtual IP
  10.0.0.100:80   the rule for this virtual IP and port; IPv6 in brackets: [fd00::100]:80

Examples:
  bulkhead wlbs query web
  bulkhead wlbs drainstop web:web-2 --deadline 5m
  bulkhead wlbs disable web all:8080
  bulkhead wlbs filter web --from 192.0.2.9:4711 --to 10.0.0.100:443

With --json every verb prints one JSON value.
Exit code: 0 done, 1 refused or failed on at least one host, 2 wrong usage.
On the node itself, without a controller: bulkhead-agent wlbs VERB`;
