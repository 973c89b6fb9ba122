/** What the engine remembers of failures, as sentences for people: resources and fence devices. */
import type { CrmMonData, CrmMonFailure, CrmMonFenceEvent } from "./crm-mon-data.ts";
import type { ClusterView } from "./view.ts";

/** What a failure by order ("initiate failure") says of itself in the engine's status. */
export const declaredFailed = "declared failed by order";

/** For example "A check failed on db-1 at 2026-11-23 02:47:05 UTC: not running (no process)". */
export function failureSentence(failure: CrmMonFailure): string {
  // "asyncmon": by the engine's own tool, which calls it "simulated".
  if (failure.task === "asyncmon" || failure.reason === declaredFailed)
    return `It was declared failed by order on ${failure.node}${timeWords(failure.at)}`;
  const what = taskWords[failure.task] ?? `${failure.task} failed`;
  const reason = failure.reason === "" ? "" : ` (${failure.reason})`;
  return `${what} on ${failure.node}${timeWords(failure.at)}: ${failure.result || "no result"}${reason}`;
}

const taskWords: Readonly<Record<string, string>> = {
  start: "Bringing it online failed",
  stop: "Taking it offline failed",
  monitor: "A check failed",
};

/** " at 2026-11-23 02:47:05 UTC"; nothing for an unknown time. */
function timeWords(at: number | null): string {
  return at === null ? "" : ` at ${new Date(at).toISOString().slice(0, 19).replace("T", " ")} UTC`;
}

/**
 * Each fence device and whether it works: its own check (the monitor of its resource), and the last action against the
 * node that it switches off. Null = nobody has looked: it runs nowhere, or fencing is off.
 */
export function fencingView(
  data: CrmMonData,
  targets: Readonly<Record<string, string>>,
): ClusterView["fencing"] {
  return data.fenceDevices.map((device) => {
    const failure = data.failures.find((item) => item.resource === device.id);
    const action = lastAction(data, targets[device.id]);
    if (device.failed || (failure !== undefined && !device.active)) {
      const why = failure === undefined ? "Its last check failed" : failureSentence(failure);
      return { device: device.id, working: false, why };
    }
    if (action?.status === "failed")
      return { device: device.id, working: false, why: actionSentence(action) };
    if (device.active && data.stonithEnabled) return { device: device.id, working: true, why: null };
    const why = data.stonithEnabled ? "It runs on no node, so nobody checks it" : "Fencing is switched off";
    return { device: device.id, working: null, why };
  });
}

/** The newest action that has ended; the tool lists newest first, and tells of what is under way without a time. */
function lastAction(data: CrmMonData, target: string | undefined): CrmMonFenceEvent | undefined {
  const ended = data.fenceEvents.filter((event) => event.target === target && event.status !== "pending");
  return ended.sort((a, b) => (b.at ?? 0) - (a.at ?? 0))[0];
}

function actionSentence(event: CrmMonFenceEvent): string {
  const by = event.delegate === null ? "" : ` by ${event.delegate}`;
  const reason = event.reason === "" ? "" : `: ${event.reason}`;
  return `Switching ${event.target} off${by} failed${timeWords(event.at)}${reason}`;
}
