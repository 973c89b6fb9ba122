/**
 * The WLBS machine of one host, as the shell sees it: feed events to `step`, carry out the effects in order, come
 * back at `wakeAt` at the latest. The parts live in `convergence/`, `membership/`, `plane/` and `query/`.
 */
export type { Heard, WlbsCode, WlbsEffect, WlbsEvent, WlbsVerb } from "./convergence/events.ts";
export { initialState } from "./convergence/initial-state.ts";
export { isSettled } from "./convergence/kernel.ts";
export type {
  Ack,
  Beat,
  Drains,
  Electorate,
  Envelope,
  Epoch,
  EpochView,
  Exceptions,
  MemberId,
  Order,
  Phase,
  Stage,
  TableLayout,
  TablePart,
  WlbsMessage,
} from "./convergence/messages.ts";
export { PAGE_CLIENTS, PART_BUCKETS } from "./convergence/messages.ts";
export { Rest } from "./convergence/rest.ts";
export { memberKey, type WlbsState } from "./convergence/state.ts";
export { type Step, step } from "./convergence/step.ts";
export { type MachineStatus, statusOf } from "./query/status.ts";
export { renderQuery } from "./query/text.ts";
