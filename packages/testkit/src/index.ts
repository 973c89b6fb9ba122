/** Replacements for the world in tests: clock, chance, network weather, and a WLBS cluster made of them. */
export { FakeClock } from "./fake-clock.ts";
export { labPolicy, labRule } from "./lab-policy.ts";
export { type Random, randomFrom } from "./random.ts";
export { cutsOf, SHAPES, type Shape } from "./shapes.ts";
export { CALM, type Climate, Weather } from "./weather.ts";
export { SimHost } from "./wlbs-host.ts";
export { WlbsLab } from "./wlbs-lab.ts";
export { runWorld, type WorldResult } from "./worlds/story.ts";
