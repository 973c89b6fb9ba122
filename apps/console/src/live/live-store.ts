/**
 * What the page knows of the fleet: the newest picture, the traffic of the last 15 minutes, and what the last change of
 * the bucket tables moved. Pure but for the calls of its listeners: time is a parameter.
 */
import type { FleetSnapshot } from "@bulkhead/api";
import { honest } from "./honest.ts";

export const historyMs = 15 * 60_000;
const sampleEveryMs = 900;

export type Link = "connecting" | "live" | "broken";

export interface TrafficSample {
  at: number;
  /** Accepted packets per second by host ID; null where there is no news. */
  rates: Record<number, number | null>;
}

export interface LiveState {
  link: Link;
  snapshot: FleetSnapshot | null;
  /** When the newest picture came, by the clock of this browser. */
  goodAt: number | null;
  /** Why the link is broken. */
  error: string | null;
  traffic: Record<string, TrafficSample[]>;
}

export const emptyLive: LiveState = {
  link: "connecting",
  snapshot: null,
  goodAt: null,
  error: null,
  traffic: {},
};

/** The state after a new picture. */
export function received(state: LiveState, picture: FleetSnapshot, now: number): LiveState {
  const snapshot = honest(picture);
  return {
    ...state,
    link: "live",
    snapshot,
    goodAt: now,
    error: null,
    traffic: sampled(state.traffic, snapshot, now),
  };
}

/** The state after the stream broke; the picture stays, and its age counts from when it came. */
export function broken(state: LiveState, error: string | null): LiveState {
  return { ...state, link: state.snapshot ? "broken" : "connecting", error };
}

function sampled(traffic: LiveState["traffic"], snapshot: FleetSnapshot, now: number): LiveState["traffic"] {
  const next: LiveState["traffic"] = {};
  for (const cluster of snapshot.wlbs) {
    const known = traffic[cluster.name] ?? [];
    const last = known.at(-1);
    if (last && now - last.at < sampleEveryMs) {
      next[cluster.name] = known;
      continue;
    }
    const rates = Object.fromEntries(
      cluster.hosts.map((host) => [
        host.hostId,
        host.online ? (host.rates?.acceptedPacketsPerS ?? null) : null,
      ]),
    );
    next[cluster.name] = [...known.filter((sample) => now - sample.at <= historyMs), { at: now, rates }];
  }
  return next;
}

/** A store for `useSyncExternalStore`. */
export class LiveStore {
  #state = emptyLive;
  readonly #listeners = new Set<() => void>();

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly read = (): LiveState => this.#state;

  set(state: LiveState): void {
    this.#state = state;
    for (const listener of this.#listeners) listener();
  }
}
