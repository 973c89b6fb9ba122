/** What the agent of a pair can do without. */
import { setFlagsFromString } from "node:v8";

/**
 * Leaves V8's optimizing compilers out of this process. They pay for work that is done all the time; this agent reads a few short
 * XML documents when something happens. Without them it has about 10 MB less, code pages and heap, for the same processor time
 * (docs/benchmarks.md). Heartbeats of a WLBS host are another matter.
 */
export function spareMemory(): void {
  setFlagsFromString("--no-opt");
  setFlagsFromString("--no-maglev");
}
