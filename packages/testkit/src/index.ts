/** Replacements for the world in tests: clock, chance, network weather, and a WLBS cluster made of them. */
export { FakeClock } from "./fake-clock.ts";
export { type Random, randomFrom } from "./random.ts";
export { CALM, type Climate, Weather } from "./weather.ts";
export { SimHost } from "./wlbs-host.ts";
export { labPolicy, WlbsLab } from "./wlbs-lab.ts";
