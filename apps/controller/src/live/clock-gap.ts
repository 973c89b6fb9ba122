/**
 * How far the clock of a node is ahead of ours, by the times in its reports. A report that was long on its way makes the node look
 * behind, so the greatest of the last few counts.
 */
const reportsKept = 10;
/** Fewer say nothing: the first ones may have waited for the link. */
const reportsNeeded = 3;

export class ClockGap {
  #aheadMs: number[] = [];

  add(aheadMs: number): void {
    this.#aheadMs = [...this.#aheadMs, aheadMs].slice(-reportsKept);
  }

  /** Null = not known yet. */
  aheadMs(): number | null {
    return this.#aheadMs.length < reportsNeeded ? null : Math.max(...this.#aheadMs);
  }
}
