/** Intent, inventory, the placement guard and the planner. */
export { changesBetween } from "./changes.ts";
export { nodeRoles } from "./facts.ts";
export { checkPlacement, checkWall, isBlocking } from "./guard.ts";
export { type PlanInput, planFleet, planText } from "./planner.ts";
export { wallOf } from "./policies.ts";
export * from "./types.ts";
