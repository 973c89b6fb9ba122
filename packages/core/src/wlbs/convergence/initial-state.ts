/** The state of a host that has just been started. */
import { NO_DISTRIBUTION } from "../table/distribution.ts";
import { initialKernel } from "./kernel.ts";
import type { Voters, WlbsState } from "./state.ts";

const NOBODY: readonly Voters[] = [];

/**
 * A host that has just been started and knows nothing. All buckets count as draining until connections have been
 * counted, because the plane of an earlier agent process may still carry some.
 * @param options.incarnation never used before by this host, 1 .. 2^48-1, for example epoch ms at process start.
 */
export function initialState(options: { incarnation: number }): WlbsState {
  return {
    ...nobody(options.incarnation),
    ...noCluster(),
    health: new Map(),
    sticky: new Map(),
    stickySlots: "",
    stickyWaitUntil: null,
    announced: {
      at: 0,
      drains: { version: 0, slots: [] },
      exceptions: { version: 0, text: "", bySlot: [] },
    },
    drains: new Map(),
    exceptions: new Map(),
    exceptionClients: new Map(),
    elsewhere: { bySlot: [], text: "", version: 0, at: 0 },
    link: null,
    claims: [],
    probesHeardFrom: null,
    rejected: { counts: {}, last: {}, before: [] },
    open: null,
    openByRule: new Map(),
    fault: null,
    convergenceCount: 0,
    shown: { state: "stopped", since: 0 },
    findings: { at: 0, list: [] },
    stopReason: "no policy has arrived yet",
  };
}

function nobody(incarnation: number) {
  return {
    incarnation,
    node: "",
    newest: null,
    active: null,
    earlier: [],
    me: null,
    run: "stopped" as const,
    ruleStates: {},
    drain: null,
    stage: "stopped" as const,
    stageSince: 0,
    establishedAt: null,
    seq: 0,
    sent: [],
    nextBeatAt: 0,
    listensUntil: 0,
    freshSeq: 0,
    lastStepAt: null,
    dueAt: null,
    deadlineAt: 0,
    settledAt: 0,
    awakeSince: 0,
    kernel: initialKernel(),
  };
}

function noCluster() {
  return {
    peers: new Map(),
    view: null,
    viewSince: 0,
    phase: null,
    takingSince: null,
    quietUntil: 0,
    committed: NO_DISTRIBUTION,
    distribution: NO_DISTRIBUTION,
    incoming: [],
    sending: null,
    departed: new Map(),
    arrived: new Set<string>(),
    shunned: new Map(),
    gaveWay: null,
    stalledSince: null,
    maxCounter: 0,
    voters: NOBODY,
    keptVoters: NOBODY,
    struckAt: Number.NEGATIVE_INFINITY,
    majorityMissing: null,
    lastChange: null,
    history: [],
    clashes: [],
  };
}
