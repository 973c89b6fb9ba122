/**
 * Follows every host from epoch to epoch: numbers only rise, everybody in an epoch has the same tables, and the step
 * from one table to the next moves no bucket needlessly. Sees what a host reports of itself, nothing else.
 */
import type { MachineStatus, WlbsState } from "@bulkhead/core/wlbs";
import { fewestMoves } from "./shares.ts";
import { countsOf, movesBetween, ownersFromText } from "./table-text.ts";
import type { CheckName } from "./violation.ts";

/** Owners by rule name; null = the rule has no table. */
type Tables = Map<string, string | null>;

interface Seen {
  key: string;
  counter: number;
  incarnation: number;
  tables: Tables;
  /** Tables of the epochs before that the next step may start from: back to the last one that went beyond release. */
  bases: Tables[];
  beyondRelease: boolean;
}

export interface Finding {
  check: CheckName;
  text: string;
}

/** A host after a step. */
export interface Reported {
  state: WlbsState;
  status(): MachineStatus;
  now: number;
}

type View = NonNullable<WlbsState["view"]>;

/** Numbers alone do not tell epochs apart: a cluster that was down altogether counts anew. */
function keyOf(view: View): string {
  const members = view.members.map((m) => `${m.hostId}:${m.incarnation}`).join(",");
  return `${view.epoch.counter}.${view.epoch.coordinator} of ${members}`;
}

function tablesOf(status: MachineStatus): Tables {
  const textOf = (index: number | null) => (index === null ? null : (status.tables[index] ?? null));
  return new Map(status.rules.map((rule) => [rule.name, textOf(rule.table)]));
}

export class EpochWatch {
  readonly #seen = new Map<string, Seen>();
  /** What the first member of each epoch said its tables were. */
  readonly #agreed = new Map<string, { node: string; text: string }>();
  readonly #together = new Map<string, number>();
  readonly #movedAt = new Map<string, number>();
  /** Epochs entered by any host, and buckets moved in them by rule. */
  entered = 0;
  moved = 0;

  /** When `node` last entered an epoch that has this host ID in it; minus infinity = never. */
  together(node: string, hostId: number): number {
    return this.#together.get(`${node} ${hostId}`) ?? Number.NEGATIVE_INFINITY;
  }

  /** When `node` last entered or left an epoch; minus infinity = never. */
  movedAt(node: string): number {
    return this.#movedAt.get(node) ?? Number.NEGATIVE_INFINITY;
  }

  /** Looks at a host after a step. */
  note(node: string, { state, status, now }: Reported): Finding[] {
    const { view } = state;
    const before = this.#lifeOf(node, state);
    if (!view) {
      // Who has left a cluster may join, or form, one that counts anew.
      if (this.#seen.delete(node)) this.#movedAt.set(node, now);
      return [];
    }
    const key = keyOf(view);
    if (before?.key === key) {
      before.beyondRelease ||= view.order !== "release";
      return [];
    }
    const tables = tablesOf(status());
    this.entered += 1;
    this.#movedAt.set(node, now);
    for (const { hostId } of view.members) this.#together.set(`${node} ${hostId}`, now);
    const found = [
      ...risen(node, before, view),
      ...this.#same(node, key, tables),
      ...(view.epoch.coordinator === state.me?.hostId ? this.#moves(node, before, tables) : []),
    ];
    const { incarnation } = state;
    const { counter } = view.epoch;
    this.#seen.set(node, {
      key,
      counter,
      incarnation,
      tables,
      bases: before ? basesAfter(before) : basesUnseen(state),
      beyondRelease: false,
    });
    return found;
  }

  /** What was seen of this life of the host; a restarted agent starts from nothing. */
  #lifeOf(node: string, { incarnation }: WlbsState): Seen | undefined {
    const seen = this.#seen.get(node);
    return seen?.incarnation === incarnation ? seen : undefined;
  }

  #same(node: string, key: string, tables: Tables): Finding[] {
    const text = JSON.stringify([...tables]);
    const first = this.#agreed.get(key);
    if (!first) this.#agreed.set(key, { node, text });
    if (!first || first.text === text) return [];
    return [{ check: "agreement", text: `${first.node} and ${node} have different tables in epoch ${key}` }];
  }

  /** Of the proposer only: it started from what it had, or, when that was never reached, from something before. */
  #moves(node: string, before: Seen | undefined, tables: Tables): Finding[] {
    if (!before) return [];
    return [...tables].flatMap(([rule, text]): Finding[] => {
      const earlier = basesAfter(before).map((base) => base.get(rule) ?? null);
      const bases = earlier.filter((base) => base !== null);
      // A rule that had no table in one of them may have begun anew from there.
      if (text === null || bases.length === 0 || bases.length < earlier.length) return [];
      const surplus = Math.min(...bases.map((base) => this.#surplus(base, text)));
      return surplus === 0
        ? []
        : [{ check: "moves", text: `${node} moved ${surplus} buckets of rule ${rule} more than needed` }];
    });
  }

  #surplus(base: string, text: string): number {
    if (base === text) return 0;
    const [from, to] = [ownersFromText(base), ownersFromText(text)];
    const moves = movesBetween(from, to);
    this.moved += moves;
    const [a, b] = [countsOf(from), countsOf(to)];
    // Buckets that nobody may take any more lose their owner; that is a move too, and needed.
    const left = 4096 - [...b.values()].reduce((sum, count) => sum + count, 0);
    const leftBefore = 4096 - [...a.values()].reduce((sum, count) => sum + count, 0);
    return moves - fewestMoves(a, b) - Math.max(0, left - leftBefore);
  }
}

function basesAfter(before: Seen | undefined): Tables[] {
  if (!before) return [];
  return before.beyondRelease ? [before.tables] : [before.tables, ...before.bases];
}

/** Whoever comes into an epoch and proposes the next one in the same step starts from tables that nobody has seen. */
function basesUnseen({ view, me }: WlbsState): Tables[] {
  const isOwn = view?.epoch.coordinator === me?.hostId;
  return isOwn && view?.cause !== "cluster-formed" ? [new Map()] : [];
}

/** The number of an epoch never falls while a host stays in a cluster. */
function risen(node: string, before: Seen | undefined, { epoch }: View): Finding[] {
  if (!before || before.counter <= epoch.counter) return [];
  return [{ check: "history", text: `${node} went back from epoch ${before.counter} to ${epoch.counter}` }];
}
