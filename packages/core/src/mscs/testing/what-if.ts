/** Questions to the sample pair, for tests of what-if. */
import { predict } from "../predict.ts";
import { plannedState } from "../predict-state.ts";
import type { GroupOutcome, PairState, Prediction, WhatIfEvent } from "../prediction.ts";
import { sampleCommon, sampleGroup, samplePair } from "../sample.ts";
import type { MscsGroup, MscsPolicy, MscsResource } from "../types.ts";

/** An address resource, changed; with a `type` in `change` another resource. */
export function resource(name: string, change: Partial<MscsResource> = {}): MscsResource {
  const address = { type: "ipAddress", address: "10.77.0.60", prefixLength: 24, interface: "eth0" } as const;
  return { ...sampleCommon(name), ...address, ...change } as MscsResource;
}

/** The sample pair with its one group changed. */
export function pairWith(change: Partial<MscsGroup>, pair: Partial<MscsPolicy> = {}): MscsPolicy {
  return samplePair({ groups: [sampleGroup(change)], ...pair });
}

/** What happens to a pair in which everything is as planned but for `state`; `group` is its first group. */
export function outcome(
  policy: MscsPolicy,
  event: WhatIfEvent,
  state: Partial<PairState> = {},
): Prediction & { group: GroupOutcome | undefined } {
  const prediction = predict(policy, { ...plannedState(policy), ...state }, event);
  return { ...prediction, group: prediction.groups[0] };
}

export const lost: WhatIfEvent = { kind: "nodeLoss", node: "db-1" };

export const down = (name: string): Partial<PairState> => ({
  nodes: ["db-1", "db-2"].map((node) => ({ name: node, state: node === name ? "down" : "up" })),
});
