/** `mscs.validate`: asks all machines of a pair for their facts, lets core judge them, and keeps the report. */
import { randomUUID } from "node:crypto";
import type { Actor, ApiContext } from "@bulkhead/api";
import {
  type Inspected,
  type MscsPolicy,
  type NodeFacts,
  type ValidationReport,
  validatePair,
  type WitnessFacts,
  worstResult,
} from "@bulkhead/core/mscs";
import { type Parsed, readNodeFacts, readWitnessFacts } from "@bulkhead/protocol";
import { deedOf } from "../../audit.ts";
import { askNode, type MscsServiceOptions, pairOf } from "./pairs.ts";
import { plannedPair } from "./plan-policy.ts";

/** Fence devices and address probes take their time. */
const inspectTimeoutMs = 90_000;
/** A machine reads its clock when it answers; the way of the answer is all that is unsure. */
const clockSlackMs = 500;

type Input = Parameters<ApiContext["mscs"]["validate"]>[1];
type Answer = Awaited<ReturnType<ApiContext["mscs"]["validate"]>>;

export async function validate(options: MscsServiceOptions, actor: Actor, input: Input): Promise<Answer> {
  const subject = await subjectOf(options, input);
  if (!("policy" in subject)) return subject;
  const { policy, planHash } = subject;
  const { db, clock } = options;
  const tests = validatePair(policy, await inspect(options, policy));
  const report: ValidationReport = {
    id: randomUUID(),
    pair: policy.cluster,
    nodes: policy.nodes.map(({ node }) => node),
    at: clock.nowMs(),
    by: actor.name,
    result: worstResult(tests),
    tests,
    planHash,
  };
  await db.change(async (tx) => {
    await tx.mscs.createValidation(report);
    const object = { kind: "mscs-cluster", name: policy.cluster };
    const detail = { id: report.id, result: report.result, planHash, failed: failedTests(report) };
    tx.audit.append(
      deedOf(actor, { at: report.at, action: "mscs.validate", object, outcome: "done", detail }),
    );
  });
  return report;
}

function failedTests({ tests }: ValidationReport): string[] {
  return tests
    .filter(({ result }) => result === "fail")
    .map(({ id, node }) => (node === null ? id : `${id} ${node}`));
}

async function subjectOf(options: MscsServiceOptions, { cluster, planId }: Input) {
  if (planId === null) {
    const policy = pairOf(options.world, cluster);
    return "missing" in policy ? policy : { policy, planHash: null };
  }
  const planned = await plannedPair(options, cluster, planId);
  return "policy" in planned ? { policy: planned.policy, planHash: planned.row.hash } : planned;
}

async function inspect(options: MscsServiceOptions, policy: MscsPolicy) {
  const [first, second] = policy.nodes;
  const args = { policy: JSON.stringify(policy) };
  const node = (name: string) => inspectOne<NodeFacts>(options, name, { args, read: readNodeFacts });
  const { witness } = policy;
  const [a, b, third] = await Promise.all([
    node(first.node),
    node(second.node),
    witness === null
      ? null
      : inspectOne<WitnessFacts>(options, witness.node, { args, read: readWitnessFacts }),
  ]);
  return { nodes: [a, b], witness: third };
}

async function inspectOne<T extends NodeFacts | WitnessFacts>(
  options: MscsServiceOptions,
  node: string,
  question: { args: Record<string, string>; read(data: unknown): Parsed<T> },
): Promise<Inspected<T>> {
  const verb = "mscs.inspect" as const;
  const answer = await askNode(options, node, { verb, ...question, timeoutMs: inspectTimeoutMs });
  if ("refusal" in answer) {
    const { message, reason } = answer.refusal;
    return { node, facts: null, why: `${message}. ${reason}`, clockAheadMs: null, clockSlackMs };
  }
  const { system } = answer.value;
  const clockAheadMs = system.clockMs - options.clock.nowMs();
  // The identity that the node enrolled with is the one that the rules go by (R2).
  const machineId = options.world.node(node)?.machineId ?? system.machineId;
  const facts = { ...answer.value, system: { ...system, machineId } };
  return { node, facts, why: null, clockAheadMs, clockSlackMs };
}
