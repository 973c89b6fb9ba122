/**
 * What-if by Pacemaker's own scheduler: a CIB of the moment, the event laid into it, and crm_simulate's plan read back into
 * MSCS words. The second of the two models; `predict` of core is the first. Membership and quorum are Corosync's and come
 * from core for both, since no tool of the engine plays them through.
 */
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  compileCib,
  type GroupOutcome,
  type Membership,
  type MscsGroup,
  type MscsPolicy,
  membershipAfter,
  type PairState,
  type Prediction,
  resourceId,
  verdictOf,
  type WhatIfEvent,
} from "@bulkhead/core/mscs";
import { newCib } from "./cib-xml.ts";
import { EngineError, MissingToolError } from "./errors.ts";
import { type Execute, executeOk } from "./execute.ts";
import { withState } from "./pair-status.ts";
import { simulationOf } from "./simulate-event.ts";
import { runningFrom, stepsFromGraph } from "./simulate-read.ts";
import { child, parseXml, renderXml, type XmlElement } from "./xml.ts";

export interface SimulateInput {
  policy: MscsPolicy;
  state: PairState;
  event: WhatIfEvent;
  /** The live CIB; null = the pair does not run, and its CIB is made of policy and state. */
  live: XmlElement | null;
}

/** Rejects with `EngineError` when crm_simulate is missing or refuses the configuration. Takes about 30 ms. */
export async function simulate(
  run: Execute,
  { policy, state, event, live }: SimulateInput,
): Promise<Prediction> {
  const membership = membershipAfter(policy, state, event);
  const before = live ?? offlineCib(policy, state);
  const { cib, args } = simulationOf(before, { policy, state, event, membership });
  const clock = live === null ? clockArgs(state.hour) : [];
  const said = await ask(run, renderXml(cib), [...args, ...clock]);
  return readSimulation(said, { policy, state, event, membership });
}

interface Answer {
  result: string;
  graph: string;
}

/** The graph goes to a file of its own: crm_simulate opens it by name, and a pipe of ours has none. */
async function ask(run: Execute, cib: string, args: readonly string[]): Promise<Answer> {
  const directory = await mkdtemp(join(tmpdir(), "bulkhead-what-if-"));
  try {
    const graph = join(directory, "graph.xml");
    const command = ["--xml-pipe", "--simulate", ...args, `--save-graph=${graph}`, "--output-as=xml"];
    // Its working copy stays behind when it is killed: then it is here, and not among the engine's own files.
    const places = `CIB_shadow_dir=${directory}`;
    const result = await executeOk(run, ["env", places, "crm_simulate", ...command], { stdin: cib }).catch(
      named,
    );
    return { result, graph: await readFile(graph, "utf8") };
  } finally {
    await rm(directory, { recursive: true });
  }
}

/** What `env` says with 127 is that there is no such program. */
function named(error: unknown): never {
  throw error instanceof EngineError && error.code === 127 ? new MissingToolError("crm_simulate") : error;
}

/** The day of imagined moments; only their hour matters. */
const day = "2026-06-01";
/** After any hour of that day in any zone: then no failure of the state is too old to count. */
const historyAt = Date.parse("2026-06-02T14:00:00Z") / 1000;

function offlineCib(policy: MscsPolicy, state: PairState): XmlElement {
  return withState(parseXml(newCib(compileCib(policy)), "cib"), policy, { state, at: historyAt });
}

/** Without a zone it is a local time of the machine, as failback windows are. */
function clockArgs(hour: number): string[] {
  return [`--set-datetime=${day} ${hourText(hour)}:30:00`];
}

function hourText(hour: number): string {
  return String(hour).padStart(2, "0");
}

interface Question {
  policy: MscsPolicy;
  state: PairState;
  event: WhatIfEvent;
  membership: Membership;
}

/** Reads what crm_simulate said: its result, and the graph of actions beside it. */
export function readSimulation(said: Answer, question: Question): Prediction {
  const result = parseXml(said.result, "pacemaker-result");
  const graph = parseXml(said.graph, "transition_graph");
  const after = runningFrom(child(result, "revised_cluster_status"));
  const steps = stepsFromGraph(graph, nameIn(question));
  const groups = groupsOf(question).map((group) => outcomeOf(group, { steps, after, ...question }));
  return {
    hasQuorum: question.membership.hasQuorum,
    fenced: steps.filter((step) => step.action === "fence").map((step) => step.object),
    groups,
    steps,
    warnings: [],
  };
}

/** Groups of the policy after the event, then those that go. */
function groupsOf({ policy, event }: Question): MscsGroup[] {
  if (event.kind !== "policy") return policy.groups;
  const next = event.policy.groups;
  return [...next, ...policy.groups.filter((group) => next.every((item) => item.name !== group.name))];
}

function nameIn({ policy, event }: Question): (id: string) => string | null {
  const groups = [...policy.groups, ...(event.kind === "policy" ? event.policy.groups : [])];
  const names = new Map(
    groups.flatMap((group) =>
      group.resources.map(
        (item) => [resourceId(group.name, item.name, policy.engine), `${group.name}/${item.name}`] as const,
      ),
    ),
  );
  return (id) => names.get(id) ?? null;
}

function outcomeOf(
  group: MscsGroup,
  {
    policy,
    state,
    steps,
    after,
  }: Question & { steps: Prediction["steps"]; after: ReadonlyMap<string, string> },
): GroupOutcome {
  const from = state.owners[group.name] ?? null;
  const places = group.resources.map((item) => ({
    item,
    node: after.get(resourceId(group.name, item.name, policy.engine)),
  }));
  const to = places.find((place) => place.node !== undefined)?.node ?? null;
  const stopped = places
    .filter((place) => place.node === undefined)
    .map(({ item }) => `${group.name}/${item.name}`);
  const isRestarted = steps.some(
    (step) => step.action === "start" && step.object.startsWith(`${group.name}/`),
  );
  const verdict = verdictOf({ from, to, isPartial: stopped.length > 0, isRestarted });
  return {
    group: group.name,
    from,
    to,
    verdict,
    stopped: verdict === "partial" ? stopped : [],
    why: whyText(group.name, from, to),
  };
}

function whyText(group: string, from: string | null, to: string | null): string {
  if (to === null) return `Pacemaker's scheduler runs ${group} nowhere.`;
  return from === to
    ? `Pacemaker's scheduler leaves ${group} on ${to}.`
    : `Pacemaker's scheduler runs ${group} on ${to}.`;
}
