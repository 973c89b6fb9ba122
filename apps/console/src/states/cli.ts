/** Every act of the console as a line for the shell. The one place that knows how `bulkhead` is spelled. */
import type { WhatIfQuestion } from "@bulkhead/api";
import type { MscsOrder, MscsVerb } from "@bulkhead/core/mscs";
import type { Inputs } from "../api/trpc.ts";

export type WlbsVerb = Inputs["wlbs"]["command"]["verb"];

export interface WlbsLine {
  verb: WlbsVerb;
  cluster: string;
  /** Null or absent = all hosts of the cluster. */
  host?: string | null | undefined;
  target?: string | null | undefined;
  deadlineS?: number | null | undefined;
}

const placeText = ({ cluster, host }: Pick<WlbsLine, "cluster" | "host">) =>
  host ? `${cluster}:${host}` : cluster;

export function wlbsCommandLine({ verb, cluster, host, target, deadlineS }: WlbsLine): string {
  const words = ["bulkhead wlbs", verb, placeText({ cluster, host })];
  if (target) words.push(target);
  if (deadlineS) words.push(`--deadline ${deadlineS}s`);
  return words.join(" ");
}

/** A question that hosts answer: the same words without an act. */
export function wlbsAskLine(ask: {
  verb: string;
  cluster: string;
  host: string | null;
  target: string | null;
}): string {
  const words = ["bulkhead wlbs", ask.verb, placeText(ask)];
  if (ask.target) words.push(ask.target);
  return words.join(" ");
}

export const ip2macLine = (address: string) => `bulkhead wlbs ip2mac ${address}`;

export const wlbsFilterLine = (cluster: string, packet: { protocol: string; from: string; to: string }) =>
  `bulkhead wlbs filter ${cluster} --protocol ${packet.protocol} --from ${packet.from} --to ${packet.to}`;

export const rotateKeyLine = (cluster: string) => `bulkhead wlbs rotate-key ${cluster}`;

const verbWords: Record<MscsVerb, string> = {
  move: "move",
  moveBack: "move-back",
  online: "online",
  offline: "offline",
  restart: "restart",
  fail: "fail",
  clear: "clear",
  pause: "pause",
  resume: "resume",
  evict: "evict",
  rebuild: "rebuild",
  maintenance: "maintenance",
  revert: "revert",
};

/** An order to a pair. */
export function mscsCommandLine(cluster: string, order: MscsOrder, confirm = false): string {
  const { verb, object, to, mode, deadlineS } = order;
  const words = ["bulkhead mscs", verbWords[verb]];
  words.push(object.kind === "pair" ? cluster : `${cluster}:${object.name}`);
  if (to) words.push(`--to ${to}`);
  if (verb === "maintenance") words.push(mode ?? "on");
  if (verb === "pause" && mode === "drain") words.push("--drain");
  if (verb === "resume" && mode) words.push(`--failback ${mode}`);
  if (deadlineS) words.push(`--deadline ${deadlineS}s`);
  if (confirm) words.push("--yes");
  return words.join(" ");
}

/** A what-if about an event. */
export function mscsWhatIfLine(cluster: string, question: WhatIfQuestion, from: "live" | "planned"): string {
  const words = ["bulkhead mscs what-if", cluster, eventWords(question)];
  if (from === "planned") words.push("--planned");
  return words.join(" ");
}

function eventWords(question: WhatIfQuestion): string {
  switch (question.kind) {
    case "nodeLoss":
      return `--node-loss ${question.node}`;
    case "nodeReturn":
      return `--node-return ${question.node}`;
    case "nodePause":
      return `--pause ${question.node}${question.mode === "keep" ? " --keep" : ""}`;
    case "resourceFailure":
      return `--fail ${question.group}/${question.resource}${question.times === 1 ? "" : ` --times ${question.times}`}`;
    case "linkLoss":
      return `--link-loss ${question.network}`;
    case "witnessLoss":
      return "--witness-loss";
    case "move":
      return `--move ${question.group} --to ${question.to}`;
    case "plan":
      return `--plan ${question.planId}`;
  }
}

export const mscsValidateLine = (cluster: string) => `bulkhead mscs validate ${cluster}`;

export const planLine = "bulkhead plan -f fleet.yaml";
export const applyLine = "bulkhead apply -f fleet.yaml";
/** With the head it also finds a cut-off end. */
export const auditVerifyLine = (file: string, head: { seq: number; hash: string } | undefined) =>
  `bulkhead audit verify ${file}${head ? ` --head ${head.seq}:${head.hash}` : ""}`;
