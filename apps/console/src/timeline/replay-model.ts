/** Steps of something that happened, placed on its length. Pure. */

export interface ReplayStep {
  /** Epoch milliseconds. */
  at: number;
  lane: string;
  text: string;
}

export interface PlacedStep {
  key: string;
  step: ReplayStep;
  /** After the beginning. A clock that runs behind puts none before it. */
  ms: number;
  /** 0 to 1. */
  part: number;
}

/** In the order of time; equal times keep the order in which they were told. */
export function placed(steps: readonly ReplayStep[], startedAt: number, lengthMs: number): PlacedStep[] {
  return steps
    .toSorted((a, b) => a.at - b.at)
    .map((step, i) => {
      const ms = Math.max(0, step.at - startedAt);
      return { key: `${i} ${step.text}`, step, ms, part: Math.min(1, ms / lengthMs) };
    });
}

/** How long it is: until its end, or until its last step while it goes on; never nothing. */
export function untilOf(startedAt: number, endedAt: number | null, steps: readonly ReplayStep[]): number {
  const last = Math.max(startedAt, endedAt ?? 0, ...steps.map(({ at }) => at));
  return Math.max(1, last - startedAt);
}
