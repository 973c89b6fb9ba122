/** The distribution of a newer epoch as it comes in, piece by piece and in any order. */
import type { EpochView, TableLayout, TablePart } from "../convergence/messages.ts";
import { PART_BUCKETS } from "../convergence/messages.ts";
import { type Draft, type Incoming, policyFor, type WlbsState } from "../convergence/state.ts";
import type { Distribution } from "../table/distribution.ts";
import { assemble, PARTS, partIndex } from "../table/wire.ts";
import { isNewer, sameEpoch } from "./epoch.ts";

/** Two hosts that both believe to be coordinator send at the same time; more than that is over soon. */
const INCOMING_MAX = 4;
const TABLES_MAX = 32;

function isFor(incoming: Incoming, piece: { epoch: EpochView["epoch"]; tableDigest: string }): boolean {
  return sameEpoch(incoming.epoch, piece.epoch) && incoming.tableDigest === piece.tableDigest;
}

function isSane(piece: TableLayout | TablePart): boolean {
  if (piece.kind === "layout") return piece.slots.length <= TABLES_MAX && piece.uniform.length <= TABLES_MAX;
  const isPlace = piece.part >= 0 && piece.part < PARTS && piece.table >= 0 && piece.table < TABLES_MAX;
  return isPlace && piece.owners.length === PART_BUCKETS;
}

/** Keeps a piece of a distribution that is newer than ours. */
export function collect(draft: Draft, piece: TableLayout | TablePart): void {
  const { s } = draft;
  if ((s.view && !isNewer(piece.epoch, s.view.epoch)) || !isSane(piece)) return;
  const { epoch, tableDigest } = piece;
  const known = s.incoming.find((incoming) => isFor(incoming, piece));
  const { layout, parts } = known ?? { layout: null, parts: new Map<number, Uint8Array>() };
  const next: Incoming =
    piece.kind === "layout"
      ? { epoch, tableDigest, layout: { slots: piece.slots, uniform: piece.uniform }, parts }
      : { epoch, tableDigest, layout, parts: new Map(parts).set(partIndex(piece), piece.owners) };
  const others = s.incoming.filter((incoming) => !isFor(incoming, piece)).slice(1 - INCOMING_MAX);
  s.incoming = [...others, next];
}

/** The collected distribution, when it is complete and the very one that `view` means. */
export function collected(s: WlbsState, view: EpochView): Distribution | null {
  const incoming = s.incoming.find((other) => isFor(other, view));
  const policy = policyFor(s, view.policyDigest)?.policy;
  if (!incoming?.layout || !policy) return null;
  const whole = assemble(
    incoming.layout,
    incoming.parts,
    policy.rules.map(({ name }) => name),
  );
  return whole?.digest === view.tableDigest ? whole : null;
}
