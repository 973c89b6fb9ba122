/** Intent, inventory, the placement guard and the planner. */
export * from "./types.ts";
