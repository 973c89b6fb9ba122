/** What a simulated host has around it. */
import type { WlbsMessage } from "@bulkhead/core/wlbs";
import type { FakeClock } from "./fake-clock.ts";
import type { Random } from "./random.ts";
import type { Flow } from "./sim-kernel.ts";

/** What a host needs of the world, and whom it tells. */
export interface HostPorts {
  clock: FakeClock;
  random: Random;
  /** Nothing depends on chance: clocks run alike, installs take 20 ms, counts are told at once. */
  isSteady: boolean;
  send(message: WlbsMessage): void;
  /** The kernel is another than before: it may own more, and these connections were cut by that. */
  onKernel(cut: Flow[], grew: boolean): void;
  /** The machine made a step. */
  onStep(): void;
}

/** A fault to inject into installs: an error, no answer at all. */
export type InstallFault = "none" | "error" | "silent";
