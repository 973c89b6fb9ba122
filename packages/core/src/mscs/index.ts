/** MSCS: resources, dependencies, groups, quorum, and the CIB model. */
export * from "./acts.ts";
export * from "./adoption.ts";
export * from "./cib-model.ts";
export * from "./cluster-view.ts";
export * from "./compile-cib.ts";
export * from "./crm-mon-data.ts";
export * from "./dependencies.ts";
export * from "./failovers.ts";
export * from "./node-facts.ts";
export * from "./prediction.ts";
export * from "./resource-types.ts";
export * from "./sample.ts";
export * from "./types.ts";
export * from "./validation.ts";
export * from "./view.ts";
