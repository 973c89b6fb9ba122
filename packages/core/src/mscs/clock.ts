/** Clocks of the machines of a pair. Corosync does not care; logs, certificates and failback windows do. */

/** How far a clock may be off the controller's, ms. */
export const clockMsMax = 2_000;

/** `aheadMs` negative: behind. For example `4.0 s ahead of`. */
export function clockGapText(aheadMs: number): string {
  return `${(Math.abs(aheadMs) / 1000).toFixed(1)} s ${aheadMs < 0 ? "behind" : "ahead of"}`;
}

/** What keeps a clock right. */
export const clockCure =
  "Let a time service keep the clock: apt-get install chrony, or timedatectl set-ntp true.";

/** Hour of the day, 0 to 23, on a machine: failback windows are hours of the node that runs the scheduler. `utcOffsetMin`: minutes ahead of UTC. */
export function localHour(nowMs: number, utcOffsetMin: number): number {
  const minutes = Math.floor(nowMs / 60_000) + utcOffsetMin;
  return Math.floor((((minutes % 1440) + 1440) % 1440) / 60);
}
