/** MSCS: resources, dependencies, groups, quorum, and the CIB model. */
export * from "./cib-model.ts";
export * from "./cluster-view.ts";
export * from "./compile-cib.ts";
export * from "./crm-mon-data.ts";
export * from "./dependencies.ts";
export * from "./types.ts";
