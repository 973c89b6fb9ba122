/**
 * The coordinator's distribution on its way to the members: datagrams of at most 1.1 KB, a few at a time, so that a
 * cluster with many different rules does not overrun anybody's socket, again and again until every member has it.
 */
import type { TableLayout, TablePart } from "../convergence/messages.ts";
import { type Draft, self, timing, type WlbsState } from "../convergence/state.ts";
import { takeApart } from "../table/wire.ts";
import { missing } from "./reached.ts";

const BURST = 16;
const BURST_PERIOD_MS = 10;
/** A whole round is repeated after this at the latest. */
const REPEAT_MS_MAX = 100;

type Unsent = Omit<TableLayout, "seq"> | Omit<TablePart, "seq">;

function pieces(s: WlbsState): Unsent[] {
  if (!s.view) return [];
  const { layout, parts } = takeApart(s.distribution);
  const head = {
    cluster: s.active?.policy.cluster ?? "",
    ...self(s),
    epoch: s.view.epoch,
    tableDigest: s.view.tableDigest,
  };
  return [
    { kind: "layout", ...head, ...layout },
    ...parts.map((part): Unsent => ({ kind: "table", ...head, ...part })),
  ];
}

/** Sends the next few datagrams when it is time and somebody still needs them. */
export function distribute(draft: Draft): void {
  const { s, now } = draft;
  const isMine = s.stage === "member" && s.view?.epoch.coordinator === s.me?.hostId;
  if (!isMine || s.view?.order !== "release" || missing(s, "received").length === 0) {
    s.sending = null;
    return;
  }
  const { next, at } = s.sending ?? { next: 0, at: now };
  if (now < at) return;
  const all = pieces(s);
  for (const piece of all.slice(next, next + BURST)) {
    s.seq += 1;
    draft.effects.push({ kind: "send", message: { ...piece, seq: s.seq } });
  }
  const isLast = next + BURST >= all.length;
  const pauseMs = isLast ? Math.min(timing(s).periodMs, REPEAT_MS_MAX) : BURST_PERIOD_MS;
  s.sending = { next: isLast ? 0 : next + BURST, at: now + pauseMs };
}
