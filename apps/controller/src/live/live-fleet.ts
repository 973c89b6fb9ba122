/**
 * What the agents last told: inventory, status, presence. In memory only; after a restart of the controller
 * every agent connects again and tells it anew.
 */
import type { InventoryReport, StatusReport } from "@bulkhead/protocol";
import type { Clock } from "@bulkhead/runtime";
import { ClockGap } from "./clock-gap.ts";
import type { ChangeFeed } from "./feed.ts";
import { RateWindow } from "./rates.ts";

/** Three missed reports of one second each, and some air: after that a status is history, not a state. */
export const staleAfterMs = 4_000;

export interface LiveNode {
  name: string;
  online: boolean;
  /** When `online` last changed. */
  onlineSince: number;
  lastSeenAt: number | null;
  inventory: InventoryReport | null;
  status: StatusReport | null;
  /** Time of receipt, so that a wrong clock of a node does not matter. */
  statusAt: number | null;
  /** When it was sent by the clock of the node: other times in the report compare with it. */
  statusSentAt: number | null;
  clockGap: ClockGap;
  /** Since when the node says without a break that it is the default host (coordinator) and converged. */
  coordinatorSince: number | null;
  rates: RateWindow;
}

export class LiveFleet {
  readonly #nodes = new Map<string, LiveNode>();
  readonly #clock: Clock;
  readonly #feed: ChangeFeed;

  constructor(clock: Clock, feed: ChangeFeed) {
    this.#clock = clock;
    this.#feed = feed;
  }

  get(name: string): LiveNode | null {
    return this.#nodes.get(name) ?? null;
  }

  all(): LiveNode[] {
    return [...this.#nodes.values()];
  }

  /** True while the last status of the node is recent enough to be shown as its state. */
  isFresh(node: LiveNode | null, now: number): node is LiveNode & { status: StatusReport; statusAt: number } {
    return node !== null && node.online && node.statusAt !== null && now - node.statusAt <= staleAfterMs;
  }

  online(name: string): void {
    this.#presence(name, true);
  }

  offline(name: string): void {
    this.#presence(name, false);
  }

  inventory(name: string, inventory: InventoryReport): void {
    const node = this.#entry(name);
    node.inventory = inventory;
    node.lastSeenAt = this.#clock.nowMs();
    this.#feed.poke();
  }

  status(name: string, status: StatusReport, sentAt: number | null = null): void {
    const node = this.#entry(name);
    const now = this.#clock.nowMs();
    node.status = status;
    node.statusAt = now;
    node.statusSentAt = sentAt;
    if (sentAt !== null) node.clockGap.add(sentAt - now);
    node.lastSeenAt = now;
    const isCoordinator =
      status.service === "wlbs" && status.wlbs.isDefaultHost && status.wlbs.state === "converged";
    node.coordinatorSince = isCoordinator ? (node.coordinatorSince ?? now) : null;
    if (status.service === "wlbs") {
      const { acceptedPackets, acceptedBytes } = status.wlbs.traffic;
      node.rates.add({ atMs: this.#clock.monotonicMs(), packets: acceptedPackets, bytes: acceptedBytes });
    }
    this.#feed.poke();
  }

  /** A revoked node is no longer part of the picture. */
  forget(name: string): void {
    this.#nodes.delete(name);
    this.#feed.poke();
  }

  #presence(name: string, online: boolean): void {
    const node = this.#entry(name);
    const now = this.#clock.nowMs();
    if (online) node.lastSeenAt = now;
    if (node.online !== online) {
      node.onlineSince = now;
      node.clockGap = new ClockGap();
    }
    if (!online) node.coordinatorSince = null;
    node.online = online;
    this.#feed.poke();
  }

  #entry(name: string): LiveNode {
    const known = this.#nodes.get(name);
    if (known) return known;
    const node: LiveNode = {
      name,
      online: false,
      onlineSince: this.#clock.nowMs(),
      lastSeenAt: null,
      inventory: null,
      status: null,
      statusAt: null,
      statusSentAt: null,
      clockGap: new ClockGap(),
      coordinatorSince: null,
      rates: new RateWindow(),
    };
    this.#nodes.set(name, node);
    return node;
  }
}
