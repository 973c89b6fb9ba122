/** MSCS: resources, dependencies, groups, quorum, and the CIB model. */
export * from "./types.ts";
