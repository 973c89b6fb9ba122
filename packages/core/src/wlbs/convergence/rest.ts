/**
 * When a host is at rest: nothing is under way, and its beats repeat each other. Then its shell need not look at the network all
 * the time, and beats that only repeat what their senders said last may wait for the next deed of the machine: the shell keeps
 * them unread, with the time at which they came.
 */
import { sameView } from "../membership/epoch.ts";
import { deadlineAfter } from "./alarm.ts";
import { isSettled } from "./kernel.ts";
import type { EpochView, MemberId } from "./messages.ts";
import { memberKey, type Peer, timing, type WlbsState } from "./state.ts";

/** In an epoch that is stable, with a kernel that has followed. */
export function isAtRest(s: WlbsState): boolean {
  return s.stage === "member" && s.view?.order === "stable" && s.phase === "applied" && isSettled(s);
}

/** Beats are read so long before the own one is sent, ms: what it acknowledges is fresh, and leases live on that. */
const READ_BEFORE_BEAT_MS = 2;
/** Part of the period that is left of a lease when acknowledgements that are kept must renew it at the latest. */
const LEASE_LEFT = 0.6;

/** Of which views of ours those of others were found to be: beats that repeat each other carry the same object. */
const known = new WeakMap<EpochView, EpochView>();

function isView(ours: EpochView | null, theirs: EpochView): boolean {
  if (ours === null) return false;
  if (known.get(theirs) === ours) return true;
  const isSame = sameView(ours, theirs);
  if (isSame) known.set(theirs, ours);
  return isSame;
}

interface Listener {
  readonly peer: Peer;
  /** The same as in the state, or when a beat came that is kept. */
  heardAt: number;
  /** Worked out when it is asked for. */
  isWithUs: boolean | null;
}

/** The rest of a host between two steps of its machine, and who has been heard in it. */
export class Rest {
  readonly #s: WlbsState;
  readonly #isPossible: boolean;
  readonly #peers: Listener[] = [];
  /** How long anybody may be unheard, ms; a loss finds the whole cluster awake. */
  readonly #patienceMs: number = 0;
  /** The next deed that does not depend on who is heard. */
  readonly #deedAt: number = Number.POSITIVE_INFINITY;
  #isKeeping = false;

  constructor(s: WlbsState) {
    this.#s = s;
    this.#isPossible = isAtRest(s);
    if (!this.#isPossible || s.lastStepAt === null) return;
    const { periodMs, silenceMs } = timing(s);
    this.#patienceMs = Math.min(1.5 * periodMs, silenceMs);
    const beatAt = s.nextBeatAt > s.lastStepAt ? s.nextBeatAt : Number.POSITIVE_INFINITY;
    this.#deedAt = Math.min(beatAt, deadlineAfter(s, s.lastStepAt));
    for (const peer of s.peers.values()) this.#peers.push({ peer, heardAt: peer.heardAt, isWithUs: null });
  }

  /** May beats be kept at all? Only at rest, and while everybody is heard in time. */
  mayKeep(now: number): boolean {
    return this.#isPossible && now - this.#oldest() <= this.#patienceMs;
  }

  /** May this sender's beat be kept? Only of members that say that they are in our epoch: what others say calls for answers. */
  isWithUs(sender: MemberId): boolean {
    const listener = this.#listener(sender);
    if (!listener) return false;
    const { view } = listener.peer.beat;
    listener.isWithUs ??=
      view !== null && !this.#s.departed.has(memberKey(sender)) && isView(this.#s.view, view);
    return listener.isWithUs;
  }

  /** A beat of this sender was read at that moment, and is kept. */
  keep(sender: MemberId, readAt: number): void {
    const listener = this.#listener(sender);
    if (!listener) return;
    listener.heardAt = readAt;
    this.#isKeeping = true;
  }

  /**
   * When the machine must be given what is kept (with nothing kept: when it must be woken); null = not before something happens.
   * That is at its next deed, when somebody falls silent in spite of what is kept, or when its lease grows short.
   */
  dueAt(): number | null {
    if (!this.#isKeeping) return this.#s.dueAt;
    const { periodMs, silenceMs } = timing(this.#s);
    const leaseDueAt = this.#s.kernel.leaseUntil - LEASE_LEFT * periodMs;
    return Math.min(this.#deedAt, this.#oldest() + silenceMs, leaseDueAt);
  }

  /**
   * For how many milliseconds the host may leave the network alone, so that it wakes up once for several beats; 0 = not at all. At
   * most a fifth of the period and not quite to its own next deed.
   */
  restMs(now: number): number {
    const due = this.dueAt();
    if (due === null || !this.mayKeep(now)) return 0;
    return Math.max(0, Math.min(timing(this.#s).periodMs / 5, due - READ_BEFORE_BEAT_MS - now));
  }

  /** Hundreds of beats a second are looked up, so no key is made of each. */
  #listener({ hostId, incarnation }: MemberId): Listener | null {
    for (const listener of this.#peers) {
      const { beat } = listener.peer;
      if (beat.hostId === hostId && beat.incarnation === incarnation) return listener;
    }
    return null;
  }

  /** When the peer that was not heard for longest was heard. */
  #oldest(): number {
    let oldest = Number.POSITIVE_INFINITY;
    for (const { heardAt } of this.#peers) if (heardAt < oldest) oldest = heardAt;
    return oldest;
  }
}
