/** How a drain goes: how many connections are left, and when the last one will end if they go on ending like this. */
import {
  type DrainView,
  drainEstimate,
  type OpenSample,
  sampleSpanMs,
  type WlbsStatus,
} from "@bulkhead/core/wlbs";

export class DrainWatch {
  #samples: OpenSample[] = [];

  /** One count of the open connections; `at` in ms of a clock that never goes back. */
  take(at: number, open: number): void {
    this.#samples = [...this.#samples.filter((sample) => sample.at >= at - sampleSpanMs), { at, open }];
  }

  /** Null unless the host drains. */
  view({ drain, openConnections }: Pick<WlbsStatus, "drain" | "openConnections">): DrainView | null {
    return drain && { ...drain, openConnections, estimateS: drainEstimate(this.#samples) };
  }
}
