/** Sums over many worlds, and what of them is worth a line. */
import type { CheckName } from "../checks/violation.ts";
import type { WorldResult } from "../worlds/story.ts";

export class WorldTally {
  worlds = 0;
  hosts = 0;
  simulatedMs = 0;
  restMsMax = 0;
  epochs = 0;
  connections = 0;
  unanswered = 0;
  splitOverlaps = 0;
  forgottenOverlaps = 0;
  clientOverlaps = 0;
  /** Seeds by the promise that was broken first. */
  readonly broken = new Map<CheckName, number[]>();

  add(result: WorldResult): void {
    this.worlds += 1;
    this.hosts += result.hosts;
    this.simulatedMs += result.simulatedMs;
    this.restMsMax = Math.max(this.restMsMax, result.restMsMax);
    this.epochs += result.epochs;
    this.connections += result.connections;
    this.unanswered += result.unanswered;
    this.splitOverlaps += result.splitOverlaps;
    this.forgottenOverlaps += result.forgottenOverlaps;
    this.clientOverlaps += result.clientOverlaps;
    const [first] = result.violations;
    if (first) this.broken.set(first.check, [...(this.broken.get(first.check) ?? []), result.seed]);
  }

  get failed(): number {
    return [...this.broken.values()].reduce((sum, seeds) => sum + seeds.length, 0);
  }

  /** Lines for people. */
  summary(): string[] {
    const hours = (this.simulatedMs / 3_600_000).toFixed(1);
    const lines = [
      `${this.worlds} worlds with ${this.hosts} hosts, ${hours} simulated hours, ${this.epochs} epochs entered, ${this.connections} connections`,
      `longest way to rest ${(this.restMsMax / 1000).toFixed(1)} s; ${this.unanswered} connections got no answer in three tries; ${this.splitOverlaps} overlaps across cuts (partition policy serve), ${this.forgottenOverlaps} after lost votes (majority), ${this.clientOverlaps} for clients that were not told yet`,
    ];
    for (const [check, seeds] of this.broken) {
      const shown = seeds.slice(0, 12).join(", ");
      lines.push(
        `broken: ${check} in ${seeds.length} worlds, seeds ${shown}${seeds.length > 12 ? " ..." : ""}`,
      );
    }
    lines.push(this.failed === 0 ? "no promise was broken" : `${this.failed} worlds broke a promise`);
    return lines;
  }
}
