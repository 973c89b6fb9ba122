/** Where two predictions of the same event differ. Two independent models of one decision watch each other. */
import type { GroupOutcome, PredictedStep, Prediction } from "./prediction.ts";

/** A sentence for each difference in quorum, fencing, owners and the order of steps; empty = they agree. */
export function predictionDifferences(ours: Prediction, engine: Prediction): string[] {
  return [
    ...fenceDifferences(ours, engine),
    ...ours.groups.flatMap((group) => groupDifferences(group, engine)),
    ...orderDifferences(ours.steps, engine.steps),
  ];
}

function fenceDifferences(ours: Prediction, engine: Prediction): string[] {
  const [a, b] = [ours, engine].map(({ fenced }) => [...fenced].sort().join(" and ") || "no node");
  return a === b ? [] : [`Bulkhead expects ${a} to be fenced, Pacemaker ${b}.`];
}

function groupDifferences(group: GroupOutcome, engine: Prediction): string[] {
  const other = engine.groups.find((item) => item.group === group.group);
  if (other === undefined) return [`Pacemaker does not know group ${group.group}.`];
  if (group.to !== other.to) {
    return [`Bulkhead expects ${group.group} ${placeText(group.to)}, Pacemaker ${placeText(other.to)}.`];
  }
  const [a, b] = [group, other].map(({ stopped }) => [...stopped].sort().join(", ") || "none");
  return a === b ? [] : [`Of ${group.group} stay offline: ${a} for Bulkhead, ${b} for Pacemaker.`];
}

function placeText(node: string | null): string {
  return node === null ? "offline" : `on ${node}`;
}

function orderDifferences(ours: readonly PredictedStep[], engine: readonly PredictedStep[]): string[] {
  const text = ({ action, object, node }: PredictedStep) => `${action} ${object} on ${node}`;
  const orders = new Map(engine.map((step) => [text(step), step.order]));
  const known = new Set(ours.map(text));
  return [
    ...ours.flatMap((step) => {
      const order = orders.get(text(step));
      if (order === undefined) return [`Only Bulkhead expects: ${text(step)}.`];
      return order === step.order
        ? []
        : [`Bulkhead expects "${text(step)}" as step ${step.order + 1}, Pacemaker as step ${order + 1}.`];
    }),
    ...engine
      .filter((step) => !known.has(text(step)))
      .map((step) => `Only Pacemaker expects: ${text(step)}.`),
  ];
}
