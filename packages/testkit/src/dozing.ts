/**
 * How a simulated host reads: like the driver of a real one it leaves messages unread for as long as its machine says, and keeps
 * beats that repeat the ones before until its machine is due.
 */
import {
  type Beat,
  type Heard,
  memberKey,
  Rest,
  type WlbsEvent,
  type WlbsMessage,
  type WlbsState,
} from "@bulkhead/core/wlbs";

export interface DozingPorts {
  /** Now, on the host's own clock, ms. */
  now(): number;
  state(): WlbsState;
  /** Does it stand still? Then it reads nothing. */
  isFrozen(): boolean;
  neverRests: boolean;
  /** Does it work with its kernel? Then it does not rest: answers are timed. */
  isBusy(): boolean;
  after(ms: number, run: () => void): void;
  /** Just after the host's own clock shows this. */
  afterLocal(at: number, run: () => void): void;
  /** To the machine. */
  feed(event: WlbsEvent): void;
}

const sayings = new WeakMap<Beat, string>();

/** What a beat says, without its number and those that it acknowledges; each is worked out once for all who hear it. */
function sayingOf(beat: Beat): string {
  const known = sayings.get(beat);
  if (known !== undefined) return known;
  const saying = JSON.stringify({ ...beat, seq: 0, acks: beat.acks.map(memberKey) });
  sayings.set(beat, saying);
  return saying;
}

export class Dozing {
  readonly #ports: DozingPorts;
  #unread: WlbsMessage[] = [];
  #kept: Heard[] = [];
  /** Of the state that the machine was in last. */
  #rest: { of: WlbsState; rest: Rest } | null = null;
  /** What every sender has said last, as the machine knows it. */
  #said = new Map<string, string>();
  #rests = false;
  #wakeAt = Number.POSITIVE_INFINITY;
  /** Of the process: timers of an earlier one are gone. */
  #life = 0;
  /** Of the present rest: one that was broken off ends nothing. */
  #number = 0;

  constructor(ports: DozingPorts) {
    this.#ports = ports;
  }

  take(message: WlbsMessage): void {
    this.#unread.push(message);
    if (!this.#rests) this.#look();
  }

  /** What has come is gone with the process. */
  forget(): void {
    this.#unread = [];
    this.#said = new Map();
    this.takeKept();
    this.#rests = false;
    this.#number += 1;
    this.#life += 1;
    this.#wakeAt = Number.POSITIVE_INFINITY;
  }

  /** A process that goes on after a pause finds what came before it and in it, in this order. */
  awake(): void {
    this.#rests = false;
    this.#number += 1;
    this.#look();
  }

  /** What was kept until now, in its order: it goes to the machine before anything else. */
  takeKept(): Heard[] {
    const kept = this.#kept;
    this.#kept = [];
    this.#rest = null;
    return kept;
  }

  /** The machine wants to be called then at the latest. */
  wakeAt(at: number | null): void {
    if (at === null || (at >= this.#wakeAt && this.#wakeAt > this.#ports.now())) return;
    this.#wakeAt = at;
    const life = this.#life;
    this.#ports.afterLocal(at, () => {
      if (life !== this.#life || this.#wakeAt !== at) return;
      this.#wakeAt = Number.POSITIVE_INFINITY;
      this.alarm();
    });
  }

  /** A timer has fired. What is kept is as good as a call, if it is time at all. */
  alarm(): void {
    const { isFrozen, now, feed } = this.#ports;
    if (isFrozen()) return;
    const due = this.#kept.length > 0 ? this.#resting().dueAt() : null;
    if (due !== null && due > now()) return this.wakeAt(due);
    const messages = this.takeKept();
    feed(messages.length > 0 ? { kind: "messages", now: 0, messages } : { kind: "wake", now: 0 });
  }

  #look(): void {
    if (this.#ports.isFrozen() || this.#unread.length === 0) return;
    const heardAt = this.#ports.now();
    const heard = this.#unread.map((message) => ({ message, heardAt }));
    this.#unread = [];
    if (this.#mayKeep(heard)) this.#keep(heard);
    else this.#hand([...this.takeKept(), ...heard]);
    this.#doze();
  }

  #mayKeep(heard: readonly Heard[]): boolean {
    const { now, neverRests } = this.#ports;
    const rest = this.#resting();
    if (neverRests || !rest.mayKeep(now())) return false;
    return heard.every(({ message }) => this.#isRepetition(message) && rest.isWithUs(message));
  }

  #isRepetition(message: WlbsMessage): boolean {
    return message.kind === "beat" && this.#said.get(memberKey(message)) === sayingOf(message);
  }

  #keep(heard: readonly Heard[]): void {
    this.#kept.push(...heard);
    for (const { message, heardAt } of heard) this.#resting().keep(message, heardAt);
    this.wakeAt(this.#resting().dueAt());
  }

  #hand(heard: Heard[]): void {
    for (const { message } of heard)
      if (message.kind === "beat") this.#said.set(memberKey(message), sayingOf(message));
    this.#ports.feed({ kind: "messages", now: 0, messages: heard });
  }

  #resting(): Rest {
    const of = this.#ports.state();
    if (this.#rest?.of !== of) this.#rest = { of, rest: new Rest(of) };
    return this.#rest.rest;
  }

  #doze(): void {
    const { now, neverRests, isBusy, after } = this.#ports;
    const forMs = neverRests || isBusy() ? 0 : Math.floor(this.#resting().restMs(now()));
    if (forMs < 1 || this.#rests) return;
    this.#rests = true;
    this.#number += 1;
    const number = this.#number;
    after(forMs, () => {
      if (this.#rests && number === this.#number) this.awake();
    });
  }
}
