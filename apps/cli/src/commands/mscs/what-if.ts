/** `bulkhead mscs what-if`: what would come of an event, by core's model and by Pacemaker's scheduler. */
import type { WhatIfAnswer, WhatIfQuestion } from "@bulkhead/api";
import type { Prediction } from "@bulkhead/core/mscs";
import { type Command, InvalidArgumentError } from "commander";
import { Failure } from "../../failure.ts";
import { print, table } from "../../output.ts";
import type { Session } from "../../session.ts";

interface Given {
  planned: boolean;
  nodeLoss?: string;
  nodeReturn?: string;
  pause?: string;
  keep: boolean;
  fail?: { group: string; resource: string };
  times: number;
  linkLoss?: string;
  witnessLoss?: boolean;
  move?: string;
  to?: string;
  plan?: string;
}

export function addWhatIf(mscs: Command, session: Session): void {
  mscs
    .command("what-if")
    .description("what would come of an event: who goes where, in which order, what stops; changes nothing")
    .argument("<pair>")
    .option("--node-loss <node>", "the node loses its power")
    .option("--node-return <node>", "the node comes back")
    .option("--pause <node>", "the node is paused, and its groups move away")
    .option("--keep", "with --pause: it keeps its groups", false)
    .option("--fail <group/resource>", "the resource fails where it runs", readResource)
    .option("--times <n>", "with --fail: for the nth time in a row", readTimes, 1)
    .option("--link-loss <network>", "the network carries no heartbeats any more")
    .option("--witness-loss", "the witness is gone")
    .option("--move <group>", "the group is moved; needs --to")
    .option("--to <node>")
    .option("--plan <id>", "this plan is applied")
    .option("--planned", "start from the policy on a calm day, not from the pair as it runs", false)
    .action(async (cluster: string, given: Given) => {
      const from = given.planned ? "planned" : "live";
      const question = questionOf(given);
      const answer = await session.api().mscs.whatIf.query({ cluster, from, question });
      print(session.json(), answer, whatIfText);
      if (answer.differences.length > 0) process.exitCode = 1;
    });
}

function questionOf(given: Given): WhatIfQuestion {
  const { nodeLoss, nodeReturn, pause, fail, linkLoss, witnessLoss, move, to, plan } = given;
  const asked: (WhatIfQuestion | null)[] = [
    nodeLoss === undefined ? null : { kind: "nodeLoss", node: nodeLoss },
    nodeReturn === undefined ? null : { kind: "nodeReturn", node: nodeReturn },
    pause === undefined ? null : { kind: "nodePause", node: pause, mode: given.keep ? "keep" : "drain" },
    fail === undefined ? null : { kind: "resourceFailure", ...fail, times: given.times },
    linkLoss === undefined ? null : { kind: "linkLoss", network: linkLoss },
    witnessLoss === true ? { kind: "witnessLoss" } : null,
    move === undefined || to === undefined ? null : { kind: "move", group: move, to },
    plan === undefined ? null : { kind: "plan", planId: plan },
  ];
  const [question, ...more] = asked.filter((item) => item !== null);
  if (question && more.length === 0) return question;
  throw new Failure(
    "Name one event: --node-loss, --node-return, --pause, --fail, --link-loss, --witness-loss, --move with --to, or --plan.",
    { exitCode: 2 },
  );
}

function readResource(text: string): { group: string; resource: string } {
  const [, group, resource] = /^([^/]+)\/([^/]+)$/.exec(text) ?? [];
  if (group !== undefined && resource !== undefined) return { group, resource };
  throw new InvalidArgumentError("Write GROUP/RESOURCE, for example sql/db.");
}

function readTimes(text: string): number {
  const times = Number(text);
  if (Number.isInteger(times) && times >= 1 && times <= 1000) return times;
  throw new InvalidArgumentError("Write a number from 1 to 1000.");
}

export function whatIfText({ prediction, engine, differences, tookLast }: WhatIfAnswer): string {
  const { hasQuorum, groups, warnings } = prediction;
  const rows = groups.map(({ group, from, to, verdict, why }) => [
    group,
    verdict,
    from ?? "-",
    to ?? "-",
    lastText(tookLast[group] ?? []),
    why,
  ]);
  const agreement =
    engine === null
      ? ["Pacemaker's scheduler was not asked."]
      : differences.length === 0
        ? ["Pacemaker's scheduler says the same."]
        : ["Pacemaker's scheduler says otherwise:", ...differences.map((line) => `  ${line}`)];
  return [
    ...(hasQuorum ? [] : ["No quorum: what is left of the pair runs nothing."]),
    table(["group", "", "from", "to", "took last", ""], rows),
    ...stepLines(prediction),
    ...warnings.map((line) => `note: ${line}`),
    ...agreement,
  ].join("\n");
}

function lastText(took: readonly number[]): string {
  return took.length === 0 ? "-" : took.map((ms) => `${(ms / 1000).toFixed(1)} s`).join(", ");
}

function stepLines({ steps }: Prediction): string[] {
  const orders = [...new Set(steps.map(({ order }) => order))].sort((a, b) => a - b);
  return orders.map((order, index) => {
    const together = steps.filter((step) => step.order === order);
    const texts = together.map(({ action, object, node }) =>
      action === "fence" ? `fence ${object}` : `${action} ${object} on ${node}`,
    );
    return `  ${index + 1}. ${texts.join(", ")}`;
  });
}
